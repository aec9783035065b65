import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { redirectToHttps } from "../network/redirect";
import {
  TARGET_GROUP_PORT,
  targetGroupName,
  type TargetGroupSlot,
} from "../shared/targetGroupNames";
import { transformed } from "../shared/transform";
import { createTaskSecurityGroup } from "../task/task";
import { shiftsTraffic } from "./deploymentStrategy";
import type { ServiceSettings, ServiceStep } from "./serviceArgs";
import { type ProtocolVersion, targetGroupSettings } from "./targetGroupArgs";

/** The tasks' firewall, and the rules by which requests reach them. */
export interface TaskFirewall {
  securityGroup: aws.ec2.SecurityGroup;
  ingress: aws.vpc.SecurityGroupIngressRule[];
}

/**
 * The first tutorial's security group for tasks: lets requests to the ports in from the VPC only, or from the groups
 * that the service names, and everything out.
 */
export function createSecurityGroup(step: ServiceStep): TaskFirewall {
  const securityGroup = createTaskSecurityGroup(step);
  const ingress = portsOf(step.settings).flatMap((port) =>
    createIngress(step, securityGroup, port),
  );
  return { securityGroup, ingress };
}

/** The ports that receive requests, each once. */
function portsOf({ target, loadBalancers, serviceConnect, containerPort }: ServiceSettings) {
  const named = serviceConnect?.dnsName === undefined ? undefined : containerPort;
  const ports = [
    target?.containerPort,
    ...loadBalancers.map((one) => one.containerPort),
    named,
  ].filter((port) => port !== undefined);
  return [...new Set(ports)];
}

/** Each rule is named after its port: while tasks move to another port, the rule for the old one stays. */
function createIngress(
  { name, settings, parent }: ServiceStep,
  { id: securityGroupId }: aws.ec2.SecurityGroup,
  port: number,
): aws.vpc.SecurityGroupIngressRule[] {
  const { network, allowedSecurityGroups, transform } = settings;
  const last = transform?.securityGroupIngressRule;
  // Older versions named the rule after the VPC alone.
  const isMain = port === settings.target?.containerPort;
  const atPort = { securityGroupId, ipProtocol: "tcp", fromPort: port, toPort: port };
  if (allowedSecurityGroups === undefined) {
    return [
      // #region ingress
      new aws.vpc.SecurityGroupIngressRule(
        `${name}-ecs-vpc-${port}`,
        transformed(
          `${name}-ecs-vpc-${port}`,
          {
            ...atPort,
            description: "The container port, from the VPC only",
            cidrIpv4: network.vpcCidrBlock,
          },
          last,
        ),
        { parent, aliases: isMain ? [{ name: `${name}-ecs-vpc` }] : [] },
      ),
      // #endregion
    ];
  }
  return Object.entries(allowedSecurityGroups).map(
    ([source, referencedSecurityGroupId]) =>
      new aws.vpc.SecurityGroupIngressRule(
        `${name}-ecs-${source}-${port}`,
        transformed(
          `${name}-ecs-${source}-${port}`,
          {
            ...atPort,
            description: `The container port, from ${source} only`,
            referencedSecurityGroupId,
          },
          last,
        ),
        { parent },
      ),
  );
}

/**
 * The first tutorial's target group: the tasks by address, checked on the port that they serve.
 *
 * It does not depend on the container port: a target group's port cannot change, and a service whose requests ECS or
 * CodeDeploy moves could not switch to another group.
 *
 * @param slot "alternate" for the second one of a service whose deployments move its requests.
 *
 * Source: Elastic Load Balancing API reference, "CreateTargetGroup", `Port`; Amazon ECS developer guide,
 * "Use load balancing to distribute Amazon ECS service traffic".
 */
export function createTargetGroup(
  { name, settings, parent }: ServiceStep,
  slot: TargetGroupSlot,
): aws.lb.TargetGroup {
  const suffix = slot === "first" ? "" : `-${slot}`;
  const { protocolVersion, slowStart, ...group } = targetGroupSettings(
    settings.targetGroup ?? {},
    settings.healthCheckPath,
  );
  // #region target-group
  return new aws.lb.TargetGroup(
    `${name}-targets${suffix}`,
    transformed(
      `${name}-targets${suffix}`,
      {
        name: groupName(settings.name, slot, protocolVersion),
        vpcId: settings.network.vpcId,
        port: TARGET_GROUP_PORT,
        protocol: "HTTP",
        // ELB's defaults are left out: setting them would change existing target groups for nothing.
        ...(protocolVersion !== "HTTP1" && { protocolVersion }),
        ...(slowStart > 0 && { slowStart }),
        targetType: "ip",
        deregistrationDelay: group.deregistrationDelay,
        healthCheck: { port: "traffic-port", ...group.healthCheck },
      },
      settings.transform?.targetGroup,
    ),
    { parent },
  );
  // #endregion
}

/** A group with another protocol version exists alongside the one that it replaces, so it needs another name. */
function groupName(service: string, slot: TargetGroupSlot, version: ProtocolVersion): string {
  const base = version === "HTTP1" ? service : `${service}-${version.toLowerCase()}`;
  return targetGroupName(base, slot, pulumi.getStack());
}

/** A service's rules on its load balancer. */
export interface ListenerRules {
  /** The listener that serves its requests. */
  serving: aws.lb.ListenerRule;
  /** The redirect from HTTP, if HTTPS serves and the HTTP listener is the stack's own. */
  redirect: aws.lb.ListenerRule | undefined;
}

/**
 * The first tutorial's listener rule: matching requests go to the target group, or, if there are two, to the one that
 * ECS chooses. CodeDeploy changes the rule too.
 */
export function createListenerRules(
  step: ServiceStep,
  listenerArn: pulumi.Input<string>,
  targetGroup: aws.lb.TargetGroup,
  alternate?: aws.lb.TargetGroup,
): ListenerRules {
  const { name, settings, parent } = step;
  const { httpListenerArn, priority, transform } = settings;
  const conditions = trafficConditions(settings);
  const servingName = httpListenerArn === undefined ? `${name}-rule` : `${name}-https-rule`;
  // #region listener-rule
  const serving = new aws.lb.ListenerRule(
    servingName,
    transformed(
      servingName,
      {
        listenerArn,
        priority,
        actions:
          alternate === undefined
            ? [{ type: "forward", targetGroupArn: targetGroup.arn }]
            : forwardToFirst({ targetGroup, alternate }),
        conditions,
      },
      transform?.listenerRule,
    ),
    { parent, ignoreChanges: writtenByOthers(settings) },
  );
  // #endregion
  // Has the same name as the rule that serves over HTTP, so that an update turns one into the other.
  const redirect =
    httpListenerArn === undefined
      ? undefined
      : new aws.lb.ListenerRule(
          `${name}-rule`,
          transformed(
            `${name}-rule`,
            { listenerArn: httpListenerArn, priority, actions: [redirectToHttps], conditions },
            transform?.listenerRule,
          ),
          { parent, dependsOn: [serving] },
        );
  return { serving, redirect };
}

/** The part of a rule that ECS or CodeDeploy writes, which updates of an existing rule leave alone. */
export function writtenByOthers(settings: ServiceSettings): string[] {
  const isMovedByOthers =
    shiftsTraffic(settings.deployment) || settings.deploymentController === "CODE_DEPLOY";
  return isMovedByOthers && !settings.listenerMoves ? ["actions"] : [];
}

/** Conditions that select the service's requests. */
export function trafficConditions({
  hostHeaders,
  pathPatterns,
}: ServiceSettings): aws.types.input.lb.ListenerRuleCondition[] {
  return [
    { pathPattern: { values: pathPatterns } },
    ...(hostHeaders.length > 0 ? [{ hostHeader: { values: hostHeaders } }] : []),
  ];
}

/** The target groups between which deployments alternate; the service's first tasks are in the first one. */
export interface TargetGroupPair {
  targetGroup: aws.lb.TargetGroup;
  alternate: aws.lb.TargetGroup;
}

/** Sends all requests to the first target group and none to the other, so that both belong to the listener. */
export function forwardToFirst({
  targetGroup,
  alternate,
}: TargetGroupPair): aws.types.input.lb.ListenerRuleAction[] {
  return [
    {
      type: "forward",
      forward: {
        targetGroups: [
          { arn: targetGroup.arn, weight: 100 },
          { arn: alternate.arn, weight: 0 },
        ],
      },
    },
  ];
}
