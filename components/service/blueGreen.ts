import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { allow, createServiceRole, policyDocument } from "../shared/iamPolicies";
import { transformed } from "../shared/transform";
import type { ServiceStep } from "./serviceArgs";
import {
  forwardToFirst,
  type TargetGroupPair,
  trafficConditions,
  writtenByOthers,
} from "./serviceTraffic";

/** What ECS needs to move requests from one target group to the other and back. */
export interface BlueGreen {
  /** The part of the service's load balancer configuration that ECS needs for it. */
  advancedConfiguration: aws.types.input.ecs.ServiceLoadBalancerAdvancedConfiguration;
  /** What must exist before the first task and until the last is gone. */
  dependsOn: pulumi.Resource[];
}

/**
 * The rule for production traffic and, one place before it, the one for test traffic. From the first deployment on, ECS
 * changes where both forward to; updates of the stack do not touch that.
 *
 * Source: Amazon ECS developer guide, "Application Load Balancer resources for blue/green, linear,
 * and canary deployments".
 */
export function createBlueGreen(
  step: ServiceStep,
  listenerArn: pulumi.Input<string>,
  pair: TargetGroupPair,
  productionRule: aws.lb.ListenerRule,
): BlueGreen {
  const { name, settings, parent } = step;
  const { header, value } = settings.deployment.testTraffic;
  const testRule = new aws.lb.ListenerRule(
    `${name}-test-rule`,
    transformed(
      `${name}-test-rule`,
      {
        listenerArn,
        priority: settings.priority - 1,
        actions: forwardToFirst(pair),
        conditions: [
          ...trafficConditions(settings),
          { httpHeader: { httpHeaderName: header, values: [value] } },
        ],
      },
      settings.transform?.listenerRule,
    ),
    { parent, ignoreChanges: writtenByOthers(settings) },
  );
  const { role, policy } = createInfrastructureRole(step, pair, [productionRule, testRule]);
  return {
    advancedConfiguration: {
      alternateTargetGroupArn: pair.alternate.arn,
      productionListenerRule: productionRule.arn,
      testListenerRule: testRule.arn,
      roleArn: role.arn,
    },
    dependsOn: [testRule, policy],
  };
}

/**
 * The role with which ECS changes the load balancer: the part of AmazonECSInfrastructureRolePolicyForLoadBalancers that
 * Application Load Balancers need, limited to this service's target groups and rules.
 *
 * Source: Amazon ECS developer guide, "Amazon ECS infrastructure IAM role for load balancers".
 */
function createInfrastructureRole(
  { name, settings, parent }: ServiceStep,
  { targetGroup, alternate }: TargetGroupPair,
  rules: aws.lb.ListenerRule[],
) {
  const role = createServiceRole(
    `${name}-infrastructure`,
    {
      base: `${settings.name}-infrastructure`,
      service: "ecs.amazonaws.com",
      transform: settings.transform?.infrastructureRole,
    },
    parent,
  );
  const policy = new aws.iam.RolePolicy(
    `${name}-infrastructure-traffic`,
    transformed(
      `${name}-infrastructure-traffic`,
      {
        role: role.id,
        policy: policyDocument([
          // AWS defines no resources to limit these four to.
          allow(
            [
              "elasticloadbalancing:DescribeListeners",
              "elasticloadbalancing:DescribeRules",
              "elasticloadbalancing:DescribeTargetGroups",
              "elasticloadbalancing:DescribeTargetHealth",
            ],
            "*",
          ),
          allow(
            ["elasticloadbalancing:RegisterTargets", "elasticloadbalancing:DeregisterTargets"],
            [targetGroup.arn, alternate.arn],
          ),
          allow(
            "elasticloadbalancing:ModifyRule",
            rules.map(({ arn }) => arn),
          ),
        ]),
      },
      settings.transform?.infrastructureRolePolicy,
    ),
    { parent },
  );
  return { role, policy };
}
