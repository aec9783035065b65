import { z } from "zod";

import type { Properties } from "../account/resourceType";
import { LISTENER_RULE } from "../account/types/elasticloadbalancingv2/tokens";
import { declare, region } from "./invokeTypes";

/**
 * `aws.lb.getListenerRule`: a rule as in the account, including ECS's changes of where it forwards to.
 *
 * Source: terraform-provider-aws, internal/service/elbv2/listener_rule_data_source.go.
 */
export const getListenerRule = declare(
  z.strictObject({
    arn: z.string().optional(),
    listenerArn: z.string().optional(),
    priority: z.number().optional(),
    region,
  }),
  ({ account, region: here }, { arn, listenerArn, priority }) => {
    const rules = account
      .list(LISTENER_RULE)
      .filter(({ outputs }) => outputs.region === here)
      .filter(({ id, outputs }) =>
        arn === undefined
          ? outputs.listenerArn === listenerArn && outputs.priority === priority
          : id === arn,
      );
    const [rule] = rules;
    // Unlike others, this data source passes on its search's own error.
    if (rule === undefined) {
      throw new Error(
        `reading ELB (Elastic Load Balancing) Listener Rule Data Source (${arn ?? `${listenerArn}/${priority}`}): empty result`,
      );
    }
    const { id, outputs } = rule;
    return {
      actions: (outputs.actions as Properties[]).map(described),
      arn: id,
      conditions: (outputs.conditions as Properties[]).map(asBlocks),
      id,
      listenerArn: outputs.listenerArn,
      priority: outputs.priority,
      region: here,
      tags: outputs.tagsAll,
      transforms: [],
    };
  },
);

/** DescribeRules lists the groups of each forward action, even of one with a single group. */
function described({ type, order, targetGroupArn, forward, ...rest }: Properties, index: number) {
  const { targetGroups, stickiness } = (forward ?? {}) as Properties;
  const groups = targetGroups ?? [{ arn: targetGroupArn, weight: 1 }];
  return {
    ...asBlocks(rest),
    type,
    order: order ?? index + 1,
    ...(type === "forward" && {
      forwards: [{ targetGroups: groups, stickinesses: [stickiness ?? []].flat() }],
    }),
  };
}

/** Terraform's blocks are lists, which have plural names in @pulumi/aws. */
function asBlocks(properties: Properties): Properties {
  return Object.fromEntries(
    Object.entries(properties).map(([key, value]) =>
      Array.isArray(value) ? [key, [{ values: value }]] : [`${key}s`, [value]],
    ),
  );
}
