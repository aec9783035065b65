import type { lb } from "@pulumi/aws";
import { z } from "zod";

import { AwsError } from "../errors";
import { refuseBeyond } from "../quotas";
import type { ResourceRecord } from "../record";
import { resourceType, type AccountContext, type Rule } from "../resourceType";
import { mustHaveInterfaces, mustHaveSecurityGroup } from "./ec2";
import {
  arn,
  exactlyOne,
  exclusive,
  flag,
  inRegion,
  inputsOf,
  mustExist,
  nameOf,
  prefixOf,
  tags,
  text,
  texts,
  unsupported,
} from "./shared";

const LOAD_BALANCER = "aws:lb/loadBalancer:LoadBalancer";
const LISTENER = "aws:lb/listener:Listener";
const LISTENER_RULE = "aws:lb/listenerRule:ListenerRule";
const TARGET_GROUP = "aws:lb/targetGroup:TargetGroup";
const SUBNET = "aws:ec2/subnet:Subnet";
const INTERNET_GATEWAY = "aws:ec2/internetGateway:InternetGateway";
const VPC = "aws:ec2/vpc:Vpc";

/** Route 53 zones of load balancers (AWS General Reference, "Elastic Load Balancing endpoints"). */
const HOSTED_ZONES: Readonly<Record<string, string>> = {
  "ap-northeast-1": "Z14GRHDCWA56QT",
  "ap-northeast-3": "Z5LXEXXYW11ES",
  "ap-southeast-1": "Z1LMS91P8CMLE5",
  "eu-central-1": "Z215JYRZR1TBD5",
  "eu-west-1": "Z32O12XQLNTSW2",
  "us-east-1": "Z35SXDOTRQ7X7K",
  "us-east-2": "Z3AADJGX6KTTL2",
  "us-west-2": "Z1H1FL5HABSF5",
};

const elbName = z
  .string()
  .min(1)
  .max(32)
  .regex(
    /^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?$/,
    "may have letters, digits and inner hyphens only",
  );
const elbNamePrefix = z
  .string()
  .min(1)
  .max(6)
  .regex(/^[a-zA-Z0-9][a-zA-Z0-9-]*$/, "may have letters, digits and hyphens only");
const port = z.int().min(1).max(65_535);

const accessLogs = z
  .strictObject({ bucket: z.string(), enabled: z.boolean().default(false), prefix: text })
  .optional();

const loadBalancer = resourceType({
  token: LOAD_BALANCER,
  aliases: ["aws:alb/loadBalancer:LoadBalancer"],
  inputs: inputsOf<lb.LoadBalancerArgs>()({
    accessLogs,
    clientKeepAlive: z.int().min(60).max(604_800).default(3600),
    connectionLogs: accessLogs,
    customerOwnedIpv4Pool: unsupported,
    desyncMitigationMode: z.enum(["monitor", "defensive", "strictest"]).default("defensive"),
    dnsRecordClientRoutingPolicy: unsupported,
    dropInvalidHeaderFields: z.boolean().default(false),
    enableCrossZoneLoadBalancing: flag,
    enableDeletionProtection: z.boolean().default(false),
    enableHttp2: z.boolean().default(true),
    enablePrefixForIpv6SourceNat: unsupported,
    enableTlsVersionAndCipherSuiteHeaders: z.boolean().default(false),
    enableWafFailOpen: z.boolean().default(false),
    enableXffClientPort: z.boolean().default(false),
    enableZonalShift: z.boolean().default(false),
    enforceSecurityGroupInboundRulesOnPrivateLinkTraffic: unsupported,
    healthCheckLogs: accessLogs,
    idleTimeout: z.int().min(1).max(4000).default(60),
    internal: flag,
    ipAddressType: z.literal("ipv4", { error: "must be ipv4 in the offline account" }).optional(),
    ipamPools: unsupported,
    loadBalancerType: z
      .literal("application", { error: "must be application in the offline account" })
      .default("application"),
    minimumLoadBalancerCapacity: unsupported,
    name: elbName
      .refine((name) => !name.startsWith("internal-"), 'may not begin with "internal-"')
      .optional(),
    namePrefix: elbNamePrefix.optional(),
    preserveHostHeader: z.boolean().default(false),
    region: text,
    secondaryIpsAutoAssignedPerSubnet: unsupported,
    securityGroups: texts,
    subnetMappings: z.array(z.strictObject({ subnetId: z.string() })).optional(),
    subnets: texts,
    tags,
    xffHeaderProcessingMode: z.enum(["append", "preserve", "remove"]).default("append"),
  }),
  autoNameMaxLength: 32,
  immutable: ["internal", "loadBalancerType", "name", "namePrefix", "region"],
  sets: ["securityGroups", "subnetMappings", "subnets"],
  computed: [
    "arn",
    "arnSuffix",
    "dnsName",
    "enablePrefixForIpv6SourceNat",
    "enforceSecurityGroupInboundRulesOnPrivateLinkTraffic",
    "internal",
    "ipAddressType",
    "name",
    "namePrefix",
    "secondaryIpsAutoAssignedPerSubnet",
    "securityGroups",
    "subnetMappings",
    "subnets",
    "vpcId",
    "zoneId",
  ],
  rules: [exclusive("name", "namePrefix"), exactlyOne("subnets", "subnetMappings")],
  validate(context, inputs, before) {
    const clash = context
      .list(LOAD_BALANCER)
      .find(
        ({ id, outputs }) =>
          outputs.name === inputs.name && outputs.region === context.region && id !== before?.id,
      );
    if (clash) {
      throw new AwsError(
        "DuplicateLoadBalancerName",
        `A load balancer with the same name '${String(inputs.name)}' exists, ` +
          "but with different settings",
      );
    }
    if (!before) {
      refuseBeyond("loadBalancers", inRegion(context, LOAD_BALANCER).length, context.quotas);
      mustHaveInterfaces(context, subnetIdsOf(inputs).length);
    }
    const vpcId = vpcOfSubnets(context, subnetIdsOf(inputs));
    const isPublic = inputs.internal !== true;
    const gateways = context.list(INTERNET_GATEWAY);
    if (isPublic && !gateways.some(({ outputs }) => outputs.vpcId === vpcId)) {
      throw new AwsError("InvalidSubnet", `VPC ${vpcId} has no internet gateway`);
    }
    for (const groupId of inputs.securityGroups ?? []) {
      mustHaveSecurityGroup(context, groupId);
      const group = context.get("aws:ec2/securityGroup:SecurityGroup", groupId);
      if (group && group.outputs.vpcId !== vpcId) {
        throw new AwsError(
          "InvalidConfigurationRequest",
          `One or more security groups are invalid: ${groupId} is not in ${vpcId}`,
        );
      }
    }
  },
  create(context, inputs) {
    const name = nameOf(context, inputs);
    const suffix = `app/${name}/${context.hex("id", 16)}`;
    const subnets = subnetIdsOf(inputs);
    const vpcId = vpcOfSubnets(context, subnets);
    const internal = inputs.internal ?? false;
    const number = Number.parseInt(context.hex("dns", 8), 16);
    const loadBalancerArn = context.arn("elasticloadbalancing", `loadbalancer/${suffix}`);
    return {
      id: loadBalancerArn,
      outputs: {
        arn: loadBalancerArn,
        arnSuffix: suffix,
        // AWS's names end in .elb.amazonaws.com; these end in .localhost, which is this machine.
        dnsName: `${internal ? "internal-" : ""}${name}-${number}.${context.region}.elb.localhost`,
        enablePrefixForIpv6SourceNat: "",
        enforceSecurityGroupInboundRulesOnPrivateLinkTraffic: "",
        internal,
        ipAddressType: "ipv4",
        name,
        ...prefixOf(inputs.namePrefix),
        secondaryIpsAutoAssignedPerSubnet: 0,
        securityGroups: [context.get(VPC, vpcId)?.outputs.defaultSecurityGroupId],
        subnetMappings: subnets.map((subnetId) => ({ subnetId })),
        subnets,
        vpcId,
        zoneId: HOSTED_ZONES[context.region] ?? `Z${context.hex("zone", 13).toUpperCase()}`,
      },
    };
  },
  beforeDelete(_context, record) {
    if (record.inputs.enableDeletionProtection === true) {
      throw new AwsError(
        "OperationNotPermitted",
        `Load balancer '${record.id}' cannot be deleted because deletion protection is enabled`,
      );
    }
  },
  owned: (context, record) =>
    context
      .list(LISTENER)
      .filter(({ outputs }) => outputs.loadBalancerArn === record.id)
      .flatMap((owned) => [...rulesOf(context, owned), owned]),
});

function subnetIdsOf(inputs: {
  readonly subnets?: readonly string[] | undefined;
  readonly subnetMappings?: readonly { readonly subnetId: string }[] | undefined;
}): string[] {
  return [
    ...(inputs.subnets ?? []),
    ...(inputs.subnetMappings ?? []).map(({ subnetId }) => subnetId),
  ];
}

/** The VPC of a load balancer's subnets, which must be two or more, each in a zone of its own. */
function vpcOfSubnets(context: AccountContext, subnetIds: readonly string[]): string {
  const subnets = [...new Set(subnetIds)].map((id) =>
    mustExist(context, SUBNET, id, "SubnetNotFound", `The subnet ID '${id}' does not exist`),
  );
  const zones = new Set(subnets.map(({ outputs }) => outputs.availabilityZone));
  const vpcIds = new Set(subnets.map(({ outputs }) => String(outputs.vpcId)));
  if (zones.size < 2) {
    throw new AwsError(
      "ValidationError",
      "At least two subnets in two different Availability Zones must be specified",
    );
  }
  if (vpcIds.size > 1) {
    throw new AwsError("InvalidConfigurationRequest", "All subnets must belong to the same VPC");
  }
  if (zones.size < subnets.length) {
    throw new AwsError(
      "InvalidConfigurationRequest",
      "A load balancer cannot be attached to multiple subnets in the same Availability Zone",
    );
  }
  return [...vpcIds][0] ?? "";
}

const weightedTargetGroup = z.strictObject({
  arn,
  weight: z.int().min(0).max(999).default(1),
});

const action = z
  .strictObject({
    authenticateCognito: unsupported,
    authenticateOidc: unsupported,
    fixedResponse: z
      .strictObject({
        contentType: z.enum([
          "text/plain",
          "text/css",
          "text/html",
          "application/javascript",
          "application/json",
        ]),
        messageBody: z.string().max(1024).optional(),
        statusCode: z
          .string()
          .regex(/^[245]\d\d$/, "must be 2XX, 4XX or 5XX")
          .optional(),
      })
      .optional(),
    forward: z
      .strictObject({
        stickiness: z
          .strictObject({
            duration: z.int().min(1).max(604_800),
            enabled: z.boolean().default(false),
          })
          .optional(),
        targetGroups: z.array(weightedTargetGroup).min(1).max(5),
      })
      .optional(),
    jwtValidation: unsupported,
    order: z.int().min(1).max(50_000).optional(),
    redirect: z
      .strictObject({
        host: z.string().min(1).max(128).default("#{host}"),
        path: z.string().min(1).max(128).startsWith("/").default("/#{path}"),
        port: z.string().default("#{port}"),
        protocol: z.enum(["#{protocol}", "HTTP", "HTTPS"]).default("#{protocol}"),
        query: z.string().max(128).default("#{query}"),
        statusCode: z.enum(["HTTP_301", "HTTP_302"]),
      })
      .optional(),
    targetGroupArn: arn.optional(),
    type: z.enum(["forward", "redirect", "fixed-response"], {
      error: "must be forward, redirect or fixed-response in the offline account",
    }),
  })
  .superRefine((value, context) => {
    const wanted = {
      forward: "targetGroupArn",
      redirect: "redirect",
      "fixed-response": "fixedResponse",
    };
    const key = wanted[value.type] as "targetGroupArn" | "redirect" | "fixedResponse";
    if (value.type === "forward" && value.forward !== undefined) return;
    if (value[key] !== undefined) return;
    context.addIssue({ code: "custom", path: [key], message: `is required for ${value.type}` });
  });

type Action = z.output<typeof action>;

function targetGroupsOf(actions: readonly Action[]): string[] {
  return actions.flatMap(({ forward, targetGroupArn }) => [
    ...(targetGroupArn === undefined ? [] : [targetGroupArn]),
    ...(forward?.targetGroups ?? []).map((group) => group.arn),
  ]);
}

/** What AWS checks of the actions of a listener or of one of its rules. */
function checkActions(
  context: AccountContext,
  actions: readonly Action[],
  balancer: ResourceRecord,
): void {
  for (const targetGroupArn of targetGroupsOf(actions)) {
    const group = mustExist(
      context,
      TARGET_GROUP,
      targetGroupArn,
      "TargetGroupNotFound",
      `Target groups '${targetGroupArn}' not found`,
    );
    if (group.outputs.vpcId !== balancer.outputs.vpcId) {
      throw new AwsError(
        "InvalidConfigurationRequest",
        `The target group ${targetGroupArn} is not in the same VPC as the load balancer`,
      );
    }
    const others = balancersOf(context, targetGroupArn).filter((id) => id !== balancer.id);
    if (others.length > 0) {
      throw new AwsError(
        "TargetGroupAssociationLimit",
        `The following target groups cannot be associated with more than one load balancer: ` +
          targetGroupArn,
      );
    }
  }
}

/** Load balancers that send requests to a target group, by way of a listener or a rule. */
export function balancersOf(context: AccountContext, targetGroupArn: string): string[] {
  const forwards = (actions: unknown) =>
    targetGroupsOf(actions as Action[]).includes(targetGroupArn);
  const listeners = context.list(LISTENER).filter((one) => {
    const rules = rulesOf(context, one);
    return (
      forwards(one.outputs.defaultActions) || rules.some(({ outputs }) => forwards(outputs.actions))
    );
  });
  return [...new Set(listeners.map(({ outputs }) => String(outputs.loadBalancerArn)))];
}

function listenersOf(context: AccountContext, balancerArn: string): ResourceRecord[] {
  return context.list(LISTENER).filter(({ outputs }) => outputs.loadBalancerArn === balancerArn);
}

function rulesOf(context: AccountContext, { id }: ResourceRecord): ResourceRecord[] {
  return context.list(LISTENER_RULE).filter(({ outputs }) => outputs.listenerArn === id);
}

/** A redirect back to the request's own address would never end. */
function isLoop(actions: readonly Action[]): boolean {
  return actions.some(
    ({ redirect }) =>
      redirect?.host === "#{host}" &&
      redirect.path === "/#{path}" &&
      redirect.port === "#{port}" &&
      redirect.protocol === "#{protocol}" &&
      redirect.query === "#{query}",
  );
}

function checkLoop(actions: readonly Action[]): void {
  if (!isLoop(actions)) return;
  throw new AwsError(
    "InvalidLoadBalancerAction",
    "The redirect configuration is not valid because it creates a loop.",
  );
}

/** Header names and values an ALB can rewrite; empty unless set. */
const headerSettings = {
  routingHttpRequestXAmznMtlsClientcertHeaderName: text,
  routingHttpRequestXAmznMtlsClientcertIssuerHeaderName: text,
  routingHttpRequestXAmznMtlsClientcertLeafHeaderName: text,
  routingHttpRequestXAmznMtlsClientcertSerialNumberHeaderName: text,
  routingHttpRequestXAmznMtlsClientcertSubjectHeaderName: text,
  routingHttpRequestXAmznMtlsClientcertValidityHeaderName: text,
  routingHttpRequestXAmznTlsCipherSuiteHeaderName: text,
  routingHttpRequestXAmznTlsVersionHeaderName: text,
  routingHttpResponseAccessControlAllowCredentialsHeaderValue: text,
  routingHttpResponseAccessControlAllowHeadersHeaderValue: text,
  routingHttpResponseAccessControlAllowMethodsHeaderValue: text,
  routingHttpResponseAccessControlAllowOriginHeaderValue: text,
  routingHttpResponseAccessControlExposeHeadersHeaderValue: text,
  routingHttpResponseAccessControlMaxAgeHeaderValue: text,
  routingHttpResponseContentSecurityPolicyHeaderValue: text,
  routingHttpResponseStrictTransportSecurityHeaderValue: text,
  routingHttpResponseXContentTypeOptionsHeaderValue: text,
  routingHttpResponseXFrameOptionsHeaderValue: text,
} as const;

const listener = resourceType({
  token: LISTENER,
  aliases: ["aws:alb/listener:Listener"],
  inputs: inputsOf<lb.ListenerArgs>()({
    ...headerSettings,
    alpnPolicy: unsupported,
    certificateArn: arn.optional(),
    defaultActions: z.array(action).min(1),
    loadBalancerArn: arn,
    mutualAuthentication: unsupported,
    port: port.optional(),
    protocol: z.enum(["HTTP", "HTTPS"]).optional(),
    region: text,
    routingHttpResponseServerEnabled: flag,
    sslPolicy: text,
    tags,
    tcpIdleTimeoutSeconds: unsupported,
  }),
  immutable: ["loadBalancerArn", "region"],
  computed: [
    "arn",
    "mutualAuthentication",
    "protocol",
    "routingHttpResponseServerEnabled",
    "sslPolicy",
    "tcpIdleTimeoutSeconds",
    ...Object.keys(headerSettings),
  ],
  validate(context, inputs, before) {
    const balancer = mustExist(
      context,
      LOAD_BALANCER,
      inputs.loadBalancerArn,
      "LoadBalancerNotFound",
      `Load balancer '${inputs.loadBalancerArn}' not found`,
    );
    if (inputs.port === undefined)
      throw new AwsError("ValidationError", "A port must be specified");
    if (!before) {
      refuseBeyond("listeners", listenersOf(context, balancer.id).length, context.quotas);
    }
    const clash = context
      .list(LISTENER)
      .find(
        ({ id, outputs }) =>
          outputs.loadBalancerArn === balancer.id &&
          outputs.port === inputs.port &&
          id !== before?.id,
      );
    if (clash) {
      throw new AwsError(
        "DuplicateListener",
        `A listener already exists on this port for this load balancer '${balancer.id}'`,
      );
    }
    if (protocolOf(inputs) === "HTTPS" && inputs.certificateArn === undefined) {
      throw new AwsError("ValidationError", "A certificate must be specified for HTTPS listeners");
    }
    if (protocolOf(inputs) === "HTTP" && inputs.certificateArn !== undefined) {
      throw new AwsError("ValidationError", "A certificate cannot be specified for HTTP listeners");
    }
    checkLoop(inputs.defaultActions);
    checkActions(context, inputs.defaultActions, balancer);
  },
  create(context, inputs) {
    const suffix = String(context.get(LOAD_BALANCER, inputs.loadBalancerArn)?.outputs.arnSuffix);
    const listenerArn = context.arn(
      "elasticloadbalancing",
      `listener/${suffix}/${context.hex("id", 16)}`,
    );
    const protocol = protocolOf(inputs);
    return {
      id: listenerArn,
      outputs: {
        ...Object.fromEntries(Object.keys(headerSettings).map((key) => [key, ""])),
        arn: listenerArn,
        protocol,
        routingHttpResponseServerEnabled: true,
        sslPolicy: protocol === "HTTPS" ? "ELBSecurityPolicy-2016-08" : "",
        tcpIdleTimeoutSeconds: 0,
      },
    };
  },
  owned: rulesOf,
});

function protocolOf(inputs: {
  readonly protocol?: "HTTP" | "HTTPS" | undefined;
  readonly certificateArn?: string | undefined;
}): "HTTP" | "HTTPS" {
  return inputs.protocol ?? "HTTP";
}

const values = z.array(z.string().min(1).max(128)).min(1);
const patterns = z
  .strictObject({ regexValues: values.optional(), values: values.optional() })
  .refine(
    (one) => (one.values === undefined) !== (one.regexValues === undefined),
    "needs either values or regexValues",
  )
  .optional();

const condition = z
  .strictObject({
    hostHeader: patterns,
    httpHeader: z
      .strictObject({
        httpHeaderName: z.string().min(1).max(40),
        regexValues: values.optional(),
        values: values.optional(),
      })
      .optional(),
    httpRequestMethod: z
      .strictObject({
        values: z.array(z.string().regex(/^[A-Z_-]{1,40}$/, "must be in capitals")).min(1),
      })
      .optional(),
    pathPattern: patterns,
    queryStrings: z
      .array(z.strictObject({ key: z.string().max(128).optional(), value: z.string().max(128) }))
      .min(1)
      .optional(),
    sourceIp: z.strictObject({ ipAddressType: unsupported, values: texts }).optional(),
  })
  .refine(
    (one) => Object.keys(one).length === 1,
    "must have exactly one of hostHeader, httpHeader, httpRequestMethod, pathPattern, queryStrings, sourceIp",
  );

type Condition = z.output<typeof condition>;

/** Elastic Load Balancing User Guide, "Quotas for your Application Load Balancers". */
const CONDITION_VALUES_PER_RULE = 5;
const LAST_PRIORITY = 50_000;

function conditionValues(conditions: readonly Condition[]): number {
  return conditions
    .flatMap((one) => Object.values(one))
    .reduce((sum, field) => {
      if (Array.isArray(field)) return sum + field.length;
      const { values: plain = [] } = field;
      const regex = "regexValues" in field ? (field.regexValues ?? []) : [];
      return sum + plain.length + regex.length;
    }, 0);
}

const listenerRule = resourceType({
  token: LISTENER_RULE,
  aliases: ["aws:alb/listenerRule:ListenerRule"],
  inputs: inputsOf<lb.ListenerRuleArgs>()({
    actions: z.array(action).min(1),
    conditions: z.array(condition).min(1),
    listenerArn: arn,
    priority: z.int().min(1).max(LAST_PRIORITY).optional(),
    region: text,
    tags,
    transforms: unsupported,
  }),
  immutable: ["listenerArn", "region"],
  sets: ["conditions"],
  computed: ["arn", "priority"],
  validate(context, inputs, before) {
    const { listenerArn, priority } = inputs;
    const owner = mustHaveListener(context, listenerArn);
    const balancer = context.get(LOAD_BALANCER, String(owner.outputs.loadBalancerArn));
    const clash = rulesOf(context, owner).find(
      ({ id, outputs }) => outputs.priority === priority && id !== before?.id,
    );
    if (priority !== undefined && clash) {
      throw new AwsError("PriorityInUse", `Priority '${priority}' is currently in use`);
    }
    const single = ["hostHeader", "httpRequestMethod", "pathPattern", "sourceIp"] as const;
    const repeated = single.find(
      (field) => inputs.conditions.filter((one) => one[field] !== undefined).length > 1,
    );
    if (repeated) {
      throw new AwsError("ValidationError", `A rule can only have one '${repeated}' condition`);
    }
    if (conditionValues(inputs.conditions) > CONDITION_VALUES_PER_RULE) {
      throw new AwsError(
        "ValidationError",
        `A rule can only have '${CONDITION_VALUES_PER_RULE}' condition values`,
      );
    }
    checkLoop(inputs.actions);
    if (!balancer) return;
    const others = listenersOf(context, balancer.id)
      .flatMap((listener) => rulesOf(context, listener))
      .filter(({ id }) => id !== before?.id);
    refuseBeyond("listenerRules", others.length, context.quotas);
    checkActions(context, inputs.actions, balancer);
    const groups = new Set(
      [inputs.actions, ...others.map(({ inputs: rule }) => rule.actions as Action[])].flatMap(
        targetGroupsOf,
      ),
    );
    refuseBeyond("targetGroupsPerLoadBalancer", groups.size - 1, context.quotas);
  },
  create(context, inputs) {
    const owner = mustHaveListener(context, inputs.listenerArn);
    const priorities = rulesOf(context, owner).map(({ outputs }) => Number(outputs.priority));
    const ruleArn = `${inputs.listenerArn.replace(":listener/", ":listener-rule/")}/${context.hex("id", 16)}`;
    return {
      id: ruleArn,
      outputs: { arn: ruleArn, priority: Math.max(0, ...priorities) + 1 },
    };
  },
});

function mustHaveListener(context: AccountContext, listenerArn: string): ResourceRecord {
  return mustExist(
    context,
    LISTENER,
    listenerArn,
    "ListenerNotFound",
    `One or more listeners not found: '${listenerArn}'`,
  );
}

/** The provider wants these of every target group that is not a Lambda function. */
function requiredUnlessLambda(key: string): Rule {
  return {
    keys: [key, "targetType"],
    check: (inputs) =>
      inputs[key] === undefined
        ? `is required when targetType is ${String(inputs.targetType)}`
        : undefined,
  };
}

const healthCheck = z.strictObject({
  enabled: z.boolean().default(true),
  healthyThreshold: z.int().min(2).max(10).default(3),
  interval: z.int().min(5).max(300).default(30),
  matcher: z
    .string()
    .regex(/^[2-4]\d\d([-,][2-4]\d\d)*$/, "must be codes from 200 to 499, e.g. 200 or 200-299")
    .optional(),
  path: z.string().max(1024).startsWith("/", "must start with a slash").optional(),
  port: z
    .string()
    .refine(
      (value) =>
        value === "traffic-port" || (/^\d+$/.test(value) && port.safeParse(Number(value)).success),
      "must be traffic-port or a port from 1 to 65535",
    )
    .default("traffic-port"),
  protocol: z.enum(["HTTP", "HTTPS"]).default("HTTP"),
  timeout: z.int().min(2).max(120).optional(),
  unhealthyThreshold: z.int().min(2).max(10).default(3),
});

/** API_CreateTargetGroup, for HTTP; the provider's own thresholds count when a check is given. */
const DEFAULT_HEALTH_CHECK = {
  enabled: true,
  healthyThreshold: 5,
  interval: 30,
  matcher: "200",
  path: "/",
  port: "traffic-port",
  protocol: "HTTP",
  timeout: 5,
  unhealthyThreshold: 2,
};

const targetGroup = resourceType({
  token: TARGET_GROUP,
  aliases: ["aws:alb/targetGroup:TargetGroup"],
  inputs: inputsOf<lb.TargetGroupArgs>()({
    connectionTermination: unsupported,
    deregistrationDelay: z.int().min(0).max(3600).default(300),
    healthCheck: healthCheck.optional(),
    ipAddressType: z.literal("ipv4", { error: "must be ipv4 in the offline account" }).optional(),
    lambdaMultiValueHeadersEnabled: z.boolean().default(false),
    loadBalancingAlgorithmType: z
      .enum(["round_robin", "least_outstanding_requests", "weighted_random"])
      .optional(),
    loadBalancingAnomalyMitigation: z.enum(["on", "off"]).optional(),
    loadBalancingCrossZoneEnabled: z
      .enum(["true", "false", "use_load_balancer_configuration"])
      .optional(),
    name: elbName.optional(),
    namePrefix: elbNamePrefix.optional(),
    port: port.optional(),
    preserveClientIp: unsupported,
    protocol: z
      .enum(["HTTP", "HTTPS"], { error: "must be HTTP or HTTPS in the offline account" })
      .optional(),
    protocolVersion: z.enum(["HTTP1", "HTTP2", "GRPC"]).optional(),
    proxyProtocolV2: z.boolean().default(false),
    region: text,
    slowStart: z
      .int()
      .refine(
        (seconds) => seconds === 0 || (seconds >= 30 && seconds <= 900),
        "must be 0 or from 30 to 900",
      )
      .default(0),
    stickiness: z
      .strictObject({
        cookieDuration: z.int().min(1).max(604_800).default(86_400),
        cookieName: text,
        enabled: z.boolean().default(true),
        type: z.enum(["lb_cookie", "app_cookie"]),
      })
      .optional(),
    tags,
    targetControlPort: unsupported,
    targetFailovers: unsupported,
    targetGroupHealth: unsupported,
    targetHealthStates: unsupported,
    targetType: z
      .enum(["instance", "ip"], { error: "must be instance or ip in the offline account" })
      .default("instance"),
    vpcId: text,
  }),
  autoNameMaxLength: 32,
  immutable: [
    "ipAddressType",
    "name",
    "namePrefix",
    "port",
    "protocol",
    "protocolVersion",
    "region",
    "targetType",
    "vpcId",
  ],
  computed: [
    "arn",
    "arnSuffix",
    "connectionTermination",
    "healthCheck",
    "ipAddressType",
    "loadBalancerArns",
    "loadBalancingAlgorithmType",
    "loadBalancingAnomalyMitigation",
    "loadBalancingCrossZoneEnabled",
    "name",
    "namePrefix",
    "preserveClientIp",
    "protocolVersion",
    "stickiness",
    "targetFailovers",
    "targetGroupHealth",
    "targetHealthStates",
  ],
  rules: [
    exclusive("name", "namePrefix"),
    requiredUnlessLambda("port"),
    requiredUnlessLambda("protocol"),
    requiredUnlessLambda("vpcId"),
  ],
  validate(context, inputs, before) {
    const { vpcId = "", healthCheck: check } = inputs;
    mustExist(context, VPC, vpcId, "ValidationError", `The VPC ID '${vpcId}' is not found`);
    if (!before) {
      refuseBeyond("targetGroups", inRegion(context, TARGET_GROUP).length, context.quotas);
    }
    const clash = context
      .list(TARGET_GROUP)
      .find(
        ({ id, outputs }) =>
          outputs.name === inputs.name && outputs.region === context.region && id !== before?.id,
      );
    if (clash) {
      throw new AwsError(
        "DuplicateTargetGroupName",
        `A target group with the same name '${String(inputs.name)}' exists, ` +
          "but with different settings",
      );
    }
    const timeout = check?.timeout ?? DEFAULT_HEALTH_CHECK.timeout;
    if (check && timeout >= check.interval) {
      throw new AwsError(
        "ValidationError",
        `Health check interval must be greater than the timeout ` +
          `(${check.interval} and ${timeout} seconds)`,
      );
    }
  },
  create(context, inputs) {
    const name = nameOf(context, inputs);
    const suffix = `targetgroup/${name}/${context.hex("id", 16)}`;
    const targetGroupArn = context.arn("elasticloadbalancing", suffix);
    return {
      id: targetGroupArn,
      outputs: {
        arn: targetGroupArn,
        arnSuffix: suffix,
        connectionTermination: false,
        healthCheck: DEFAULT_HEALTH_CHECK,
        ipAddressType: "ipv4",
        loadBalancerArns: [],
        loadBalancingAlgorithmType: "round_robin",
        loadBalancingAnomalyMitigation: "off",
        loadBalancingCrossZoneEnabled: "use_load_balancer_configuration",
        name,
        ...prefixOf(inputs.namePrefix),
        preserveClientIp: "",
        protocolVersion: "HTTP1",
        stickiness: { cookieDuration: 86_400, cookieName: "", enabled: false, type: "lb_cookie" },
        targetFailovers: [],
        targetGroupHealth: {
          dnsFailover: {
            minimumHealthyTargetsCount: "1",
            minimumHealthyTargetsPercentage: "off",
          },
          unhealthyStateRouting: {
            minimumHealthyTargetsCount: 1,
            minimumHealthyTargetsPercentage: "off",
          },
        },
        targetHealthStates: [],
      },
    };
  },
  complete: ({ healthCheck: check, stickiness }) => ({
    ...(check && { healthCheck: { ...DEFAULT_HEALTH_CHECK, ...check } }),
    ...(stickiness && { stickiness: { cookieName: "", ...stickiness } }),
  }),
  beforeDelete(context, record) {
    if (balancersOf(context, record.id).length > 0) {
      throw new AwsError(
        "ResourceInUse",
        `Target group '${record.id}' is currently in use by a listener or a rule`,
      );
    }
  },
});

export const elasticLoadBalancingTypes = [loadBalancer, listener, listenerRule, targetGroup];
