import type { wafv2 } from "@pulumi/aws";
import { z } from "zod";

import { AwsError } from "../errors";
import { type AccountContext, resourceType } from "../resourceType";
import { LOAD_BALANCER } from "./elasticloadbalancingv2/tokens";
import {
  arn,
  exclusive,
  inputsOf,
  mustExist,
  nameOf,
  prefixOf,
  tags,
  text,
  unsupported,
  uuid,
} from "./shared";

const WEB_ACL = "aws:wafv2/webAcl:WebAcl";
const WEB_ACL_ASSOCIATION = "aws:wafv2/webAclAssociation:WebAclAssociation";

/**
 * The capacity units of AWS's own rule groups. Source: AWS WAF developer guide, "AWS Managed Rules rule groups list".
 */
const managedCapacity: Partial<Record<string, number>> = {
  AWSManagedRulesACFPRuleSet: 50,
  AWSManagedRulesATPRuleSet: 50,
  AWSManagedRulesAdminProtectionRuleSet: 100,
  AWSManagedRulesAmazonIpReputationList: 25,
  AWSManagedRulesAnonymousIpList: 50,
  AWSManagedRulesAntiDDoSRuleSet: 50,
  AWSManagedRulesBotControlRuleSet: 50,
  AWSManagedRulesCommonRuleSet: 700,
  AWSManagedRulesKnownBadInputsRuleSet: 200,
  AWSManagedRulesLinuxRuleSet: 200,
  AWSManagedRulesPHPRuleSet: 100,
  AWSManagedRulesSQLiRuleSet: 200,
  AWSManagedRulesUnixRuleSet: 100,
  AWSManagedRulesWindowsRuleSet: 200,
  AWSManagedRulesWordPressRuleSet: 100,
};

/** AWS WAF developer guide, "AWS WAF quotas": units of one web ACL. */
const maxCapacity = 5000;

/** The capacity units of a rate-based statement. Source: AWS WAF developer guide, "Rate-based rule statement". */
const rateBasedCapacity = 2;

const empty = z.strictObject({}).optional();
const name = z.string().regex(/^[\w-]{1,128}$/, "may have up to 128 letters, digits, - and _");

const visibilityConfig = z.strictObject({
  cloudwatchMetricsEnabled: z.boolean(),
  metricName: name,
  sampledRequestsEnabled: z.boolean(),
});

const plainAction = z.strictObject({ customResponse: unsupported }).optional();
const allowAction = z.strictObject({ customRequestHandling: unsupported }).optional();

/** The statements that web ACLs of services commonly use; others are not supported here. */
const statement = z.strictObject({
  managedRuleGroupStatement: z
    .strictObject({
      managedRuleGroupConfigs: unsupported,
      name: z.string().min(1).max(128),
      ruleActionOverrides: unsupported,
      scopeDownStatement: unsupported,
      vendorName: z.string().min(1),
      version: text,
    })
    .optional(),
  rateBasedStatement: z
    .strictObject({
      aggregateKeyType: z.literal("IP", { error: "must be IP here" }),
      customKeys: unsupported,
      evaluationWindowSec: z
        .union([60, 120, 300, 600].map((seconds) => z.literal(seconds)))
        .optional(),
      forwardedIpConfig: unsupported,
      limit: z.int().min(10).max(2_000_000_000),
      scopeDownStatement: unsupported,
    })
    .optional(),
});

const rule = z.strictObject({
  action: z
    .strictObject({
      allow: allowAction,
      block: plainAction,
      captcha: allowAction,
      challenge: allowAction,
      count: allowAction,
    })
    .optional(),
  captchaConfig: unsupported,
  challengeConfig: unsupported,
  name: z.string().min(1).max(128),
  overrideAction: z.strictObject({ count: empty, none: empty }).optional(),
  priority: z.int().min(0),
  ruleLabels: unsupported,
  statement,
  visibilityConfig,
});

type AclRule = z.output<typeof rule>;

/** Source: terraform-provider-aws, internal/service/wafv2/web_acl.go, `resourceWebACL`. */
const webAcl = resourceType({
  token: WEB_ACL,
  inputs: inputsOf<wafv2.WebAclArgs>()({
    associationConfig: unsupported,
    captchaConfig: unsupported,
    challengeConfig: unsupported,
    customResponseBodies: unsupported,
    dataProtectionConfig: unsupported,
    defaultAction: z
      .strictObject({ allow: allowAction, block: plainAction })
      .refine(
        ({ allow, block }) => (allow === undefined) !== (block === undefined),
        "needs either allow or block",
      ),
    description: z.string().min(1).max(256).optional(),
    name: name.optional(),
    namePrefix: name.max(102).optional(),
    region: text,
    ruleJson: unsupported,
    rules: z.array(rule).optional(),
    scope: z.enum(["REGIONAL", "CLOUDFRONT"]),
    tags,
    tokenDomains: unsupported,
    visibilityConfig,
  }),
  autoNameMaxLength: 128,
  immutable: ["name", "namePrefix", "region", "scope"],
  sets: ["rules"],
  computed: ["applicationIntegrationUrl", "arn", "capacity", "lockToken", "name", "namePrefix"],
  rules: [exclusive("name", "namePrefix")],
  recomputed: () => ["capacity", "lockToken"],
  validate(context, { name: given, scope, rules = [] }, before) {
    if (scope === "CLOUDFRONT" && context.region !== "us-east-1") {
      throw invalid("The scope is not valid., field: SCOPE_VALUE, parameter: CLOUDFRONT");
    }
    for (const one of rules) checkRule(one);
    const priorities = rules.map(({ priority }) => priority);
    const names = rules.map((one) => one.name);
    if (new Set(priorities).size < rules.length || new Set(names).size < rules.length) {
      throw new AwsError(
        "WAFDuplicateItemException",
        "AWS WAF could not perform the operation because some resource in your request is a duplicate of an existing one.",
      );
    }
    if (capacityOf(rules) > maxCapacity) {
      throw new AwsError(
        "WAFLimitsExceededException",
        "AWS WAF couldn’t perform the operation because you exceeded your resource limit.",
      );
    }
    const taken = context
      .list(WEB_ACL)
      .some(({ id, outputs }) => outputs.name === given && id !== before?.id);
    if (given !== undefined && taken) {
      throw new AwsError(
        "WAFDuplicateItemException",
        "AWS WAF could not perform the operation because some resource in your request is a duplicate of an existing one.",
      );
    }
  },
  create(context, inputs) {
    const id = uuid(context, "id");
    const aclName = nameOf(context, inputs);
    const scope = inputs.scope === "REGIONAL" ? "regional" : "global";
    return {
      id,
      outputs: {
        applicationIntegrationUrl: "",
        arn: context.arn("wafv2", `${scope}/webacl/${aclName}/${id}`),
        capacity: capacityOf(inputs.rules ?? []),
        lockToken: uuid(context, "lock"),
        name: aclName,
        ...prefixOf(inputs.namePrefix),
      },
    };
  },
  update: (context, { rules = [] }) => ({
    capacity: capacityOf(rules),
    lockToken: uuid(context, "lock"),
  }),
  beforeDelete(context, { outputs }) {
    const used = context
      .list(WEB_ACL_ASSOCIATION)
      .some((association) => association.outputs.webAclArn === outputs.arn);
    if (!used) return;
    throw new AwsError(
      "WAFAssociatedItemException",
      "AWS WAF couldn’t perform the operation because your resource is being used by another resource or it’s associated with another resource.",
    );
  },
});

/** Source: terraform-provider-aws, internal/service/wafv2/web_acl_association.go, `resourceWebACLAssociation`. */
const webAclAssociation = resourceType({
  token: WEB_ACL_ASSOCIATION,
  inputs: inputsOf<wafv2.WebAclAssociationArgs>()({
    region: text,
    resourceArn: arn,
    webAclArn: arn,
  }),
  immutable: ["region", "resourceArn", "webAclArn"],
  computed: [],
  validate(context, { resourceArn, webAclArn }) {
    mustHave(context, WEB_ACL, webAclArn);
    const kind = resourceArn.split(":")[5] ?? "";
    if (!kind.startsWith("loadbalancer/app/")) {
      throw invalid(`The ARN isn't valid., field: RESOURCE_ARN, parameter: ${resourceArn}`);
    }
    mustExist(context, LOAD_BALANCER, resourceArn, nonexistent.code, nonexistent.text);
  },
  create: (_context, { resourceArn, webAclArn }) => ({
    id: `${webAclArn},${resourceArn}`,
    outputs: {},
  }),
});

const nonexistent = {
  code: "WAFNonexistentItemException",
  text: "AWS WAF couldn’t perform the operation because your resource doesn’t exist.",
};

function mustHave(context: AccountContext, type: string, wanted: string): void {
  if (context.list(type).some(({ outputs }) => outputs.arn === wanted)) return;
  throw new AwsError(nonexistent.code, nonexistent.text);
}

const invalid = (what: string) =>
  new AwsError("WAFInvalidParameterException", `Error reason: ${what}`);

/**
 * A rule group has its own actions, which the rule may override; any other statement needs an action.
 *
 * Source: AWS WAF API reference, "Rule", `Action` and `OverrideAction`.
 */
function checkRule({ name: ruleName, action, overrideAction, statement: what }: AclRule): void {
  const kinds = Object.values<unknown>(what).filter((one) => one !== undefined);
  if (kinds.length !== 1) {
    throw invalid(
      `You have used none or multiple values for a field that requires exactly one value., field: STATEMENT, parameter: ${ruleName}`,
    );
  }
  const group = what.managedRuleGroupStatement;
  if (
    (group === undefined) === (action === undefined) ||
    (overrideAction === undefined) !== (group === undefined)
  ) {
    throw invalid(
      `A rule needs ${group ? "an override action, and no action" : "an action, and no override action"}., field: RULE_ACTION, parameter: ${ruleName}`,
    );
  }
  if (group && (group.vendorName !== "AWS" || managedCapacity[group.name] === undefined)) {
    throw new AwsError(nonexistent.code, nonexistent.text);
  }
}

function capacityOf(rules: readonly AclRule[]): number {
  return rules.reduce((sum, { statement: { managedRuleGroupStatement: group } }) => {
    return sum + (group ? (managedCapacity[group.name] ?? 0) : rateBasedCapacity);
  }, 0);
}

export const wafTypes = [webAcl, webAclAssociation];
