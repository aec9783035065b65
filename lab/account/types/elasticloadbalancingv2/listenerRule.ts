import type { lb } from "@pulumi/aws";
import { z } from "zod";

import { AwsError } from "../../errors";
import { checkQuota } from "../../quotas";
import { resourceType } from "../../resourceType";
import { arn, inputsOf, tags, text, texts, unsupported } from "../shared";
import { action, type ListenerAction, targetGroupsOf } from "./action";
import { checkActions, checkLoop } from "./actionChecks";
import { listenersOf, mustHaveListener, rulesOf } from "./lookups";
import { LISTENER_RULE, LOAD_BALANCER } from "./tokens";

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

export const listenerRule = resourceType({
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
    checkQuota("listenerRules", others.length, context.quotas);
    checkActions(context, inputs.actions, balancer, owner.outputs.protocol);
    const groups = new Set(
      [
        inputs.actions,
        ...others.map(({ inputs: rule }) => rule.actions as ListenerAction[]),
      ].flatMap(targetGroupsOf),
    );
    checkQuota("targetGroupsPerLoadBalancer", groups.size - 1, context.quotas);
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
