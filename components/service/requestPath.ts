import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

import type { TargetGroupSlot } from "../shared/targetGroupNames";
import { createBlueGreen } from "./blueGreen";
import { shiftsTraffic } from "./deploymentStrategy";
import type { CodeDeployTraffic } from "./deployTarget";
import type { ServiceSettings, ServiceStep } from "./serviceArgs";
import { createListenerRules, createTargetGroup } from "./serviceTraffic";

/** How a listener's requests reach a service's tasks. */
export interface RequestPath {
  targetGroup: aws.lb.TargetGroup;
  /** The rule that serves. */
  listenerRule: aws.lb.ListenerRule;
  /** The service's side of it. */
  loadBalancer: aws.types.input.ecs.ServiceLoadBalancer;
  /** What CodeDeploy needs to move requests; only if it deploys. */
  codeDeploy: CodeDeployTraffic | undefined;
  /**
   * What must exist before the first task and until the last is gone. It includes the redirect, which must exist before
   * a deployment empties the target group that requests over HTTP went to.
   */
  dependsOn: pulumi.Resource[];
}

/**
 * The service's target groups and its rules on the listener, as its deployments need them.
 *
 * @returns nothing for a service without a listener.
 */
export function createRequestPath(step: ServiceStep): RequestPath | undefined {
  const { settings } = step;
  const { listenerArn, target } = settings;
  if (listenerArn === undefined || target === undefined) return undefined;
  const [own, other] = slots(settings);
  const targetGroup = createTargetGroup(step, own);
  const byEcs = shiftsTraffic(settings.deployment);
  const byCodeDeploy = settings.deploymentController === "CODE_DEPLOY";
  const { keepAlternateTargetGroup: keeps } = settings;
  const alternate = byEcs || byCodeDeploy || keeps ? createTargetGroup(step, other) : undefined;
  const { serving, redirect } = createListenerRules(
    step,
    listenerArn,
    targetGroup,
    byCodeDeploy ? undefined : alternate,
  );
  const blueGreen =
    alternate && byEcs
      ? createBlueGreen(step, listenerArn, { targetGroup, alternate }, serving)
      : undefined;
  return {
    targetGroup,
    listenerRule: serving,
    loadBalancer: {
      targetGroupArn: targetGroup.arn,
      ...target,
      advancedConfiguration: blueGreen?.advancedConfiguration,
    },
    codeDeploy:
      alternate && byCodeDeploy
        ? {
            listenerArn,
            ruleArn: serving.arn,
            targetGroupNames: [targetGroup.name, alternate.name],
            target,
          }
        : undefined,
    dependsOn: [serving, ...(redirect ? [redirect] : []), ...(blueGreen?.dependsOn ?? [])],
  };
}

/** The service's own target group, and the one for the tasks of every other deployment. */
function slots({ ownTargetGroup }: ServiceSettings): [TargetGroupSlot, TargetGroupSlot] {
  return ownTargetGroup === "first" ? ["first", "alternate"] : ["alternate", "first"];
}
