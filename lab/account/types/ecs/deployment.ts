import { z } from "zod";

import type { AccountContext } from "../../resourceType";
import { balancersOf } from "../elasticloadbalancingv2/lookups";
import { LISTENER, LISTENER_RULE, TARGET_GROUP } from "../elasticloadbalancingv2/tokens";
import { isAssumableBy } from "../iam";
import { arn, unsupported } from "../shared";
import { clientException, invalidParameter } from "./lookups";

/** Minutes from 0 to 1440, as text, so that the provider can distinguish 0 from absent. */
const minutes = z
  .string()
  .refine(
    (value) => /^\d+$/.test(value) && Number(value) <= 1440,
    "must be minutes from 0 to 1440, as text",
  )
  .optional();

/** A percentage in steps of 0.1. */
const percentage = (least: number) =>
  z
    .number()
    .min(least)
    .max(100)
    .refine(
      (value) => Math.abs(value * 10 - Math.round(value * 10)) < 1e-9,
      "must be a multiple of 0.1",
    )
    .optional();

/**
 * API: "DeploymentConfiguration". Lifecycle hooks call Lambda functions, which this account does not run: a deployment
 * could succeed here that a hook would stop on AWS.
 */
export const deploymentConfiguration = z
  .strictObject({
    bakeTimeInMinutes: minutes,
    canaryConfiguration: z
      .strictObject({ canaryBakeTimeInMinutes: minutes, canaryPercent: percentage(0.1) })
      .optional(),
    lifecycleHooks: unsupported,
    linearConfiguration: z
      .strictObject({ stepBakeTimeInMinutes: minutes, stepPercent: percentage(3) })
      .optional(),
    strategy: z.enum(["ROLLING", "BLUE_GREEN", "LINEAR", "CANARY"]).optional(),
  })
  .optional();

export const deploymentController = z
  .strictObject({
    type: z
      .enum(["ECS", "CODE_DEPLOY"], { error: "must be ECS or CODE_DEPLOY in the offline account" })
      .default("ECS"),
  })
  .optional();

/** API: "AdvancedConfiguration". */
export const advancedConfiguration = z
  .strictObject({
    alternateTargetGroupArn: arn,
    productionListenerRule: arn,
    roleArn: arn,
    testListenerRule: arn.optional(),
  })
  .optional();

/** The inputs of a service that decide how it deploys. */
interface DeploymentInputs {
  readonly alarms?: object | undefined;
  readonly deploymentCircuitBreaker?: { readonly enable: boolean } | undefined;
  readonly deploymentConfiguration?: z.output<typeof deploymentConfiguration>;
  readonly deploymentController?: z.output<typeof deploymentController>;
  readonly loadBalancers?:
    | readonly {
        readonly targetGroupArn: string;
        readonly advancedConfiguration?: z.output<typeof advancedConfiguration>;
      }[]
    | undefined;
  readonly schedulingStrategy: "REPLICA" | "DAEMON";
}

/** The configuration as ECS returns it. */
export function completeDeployment(inputs: DeploymentInputs): object {
  return { bakeTimeInMinutes: "0", strategy: "ROLLING", ...inputs.deploymentConfiguration };
}

/** What CreateService and UpdateService check of a deployment's strategy and its load balancer. */
export function checkDeploymentStrategy(context: AccountContext, inputs: DeploymentInputs): void {
  const { deploymentConfiguration: given, schedulingStrategy, loadBalancers = [] } = inputs;
  const strategy = given?.strategy ?? "ROLLING";
  if (inputs.deploymentController?.type === "CODE_DEPLOY") {
    checkCodeDeploy(inputs, strategy);
    return;
  }
  if (given?.canaryConfiguration !== undefined && strategy !== "CANARY") {
    throw invalidParameter("canaryConfiguration is only valid with the CANARY strategy.");
  }
  if (given?.linearConfiguration !== undefined && strategy !== "LINEAR") {
    throw invalidParameter("linearConfiguration is only valid with the LINEAR strategy.");
  }
  for (const { targetGroupArn, advancedConfiguration: advanced } of loadBalancers) {
    if (advanced !== undefined) checkAdvanced(context, targetGroupArn, advanced);
  }
  if (strategy === "ROLLING") return;
  if (schedulingStrategy === "DAEMON") {
    throw invalidParameter(
      `The daemon scheduling strategy is not supported with the ${words[strategy]} deployment strategy.`,
    );
  }
  if (loadBalancers.length === 0 && strategy !== "BLUE_GREEN") {
    throw invalidParameter(
      `The ${words[strategy]} deployment strategy requires an Application Load Balancer or Service Connect.`,
    );
  }
  if (loadBalancers.some(({ advancedConfiguration: advanced }) => advanced === undefined)) {
    throw clientException(
      "advancedConfiguration field is required for all loadBalancers when using the " +
        `${words[strategy]} deployment strategy`,
    );
  }
}

const words = { BLUE_GREEN: "blue/green", LINEAR: "linear", CANARY: "canary" } as const;

/** CodeDeploy has its own deployment configuration, alarms and rollback. */
function checkCodeDeploy(inputs: DeploymentInputs, strategy: string): void {
  if (strategy !== "ROLLING") {
    throw invalidParameter(
      `The ${strategy} strategy is only supported with the ECS deployment controller.`,
    );
  }
  if (inputs.deploymentCircuitBreaker?.enable === true || inputs.alarms !== undefined) {
    throw invalidParameter(
      "The deployment circuit breaker and alarms are only supported with the ECS deployment controller.",
    );
  }
  if (inputs.schedulingStrategy === "DAEMON") {
    throw invalidParameter(
      "The daemon scheduling strategy is not supported with the CODE_DEPLOY deployment controller.",
    );
  }
  if ((inputs.loadBalancers ?? []).length !== 1) {
    throw invalidParameter("The CODE_DEPLOY deployment controller requires one load balancer.");
  }
}

function checkAdvanced(
  context: AccountContext,
  targetGroupArn: string,
  advanced: NonNullable<z.output<typeof advancedConfiguration>>,
): void {
  const { alternateTargetGroupArn: alternateArn } = advanced;
  const alternate = context.get(TARGET_GROUP, alternateArn);
  if (!alternate) throw invalidParameter(`The target group ${alternateArn} does not exist.`);
  if (alternateArn === targetGroupArn) {
    throw invalidParameter("The alternate target group must differ from the target group.");
  }
  const group = context.get(TARGET_GROUP, targetGroupArn);
  if (group && group.outputs.targetType !== alternate.outputs.targetType) {
    throw invalidParameter(
      `The target groups ${targetGroupArn} and ${alternateArn} must have the same target type.`,
    );
  }
  if (balancersOf(context, alternateArn).length === 0) {
    throw invalidParameter(
      `The target group with targetGroupArn ${alternateArn} does not have an associated load balancer.`,
    );
  }
  const rules = [advanced.productionListenerRule, advanced.testListenerRule ?? []].flat();
  for (const ruleArn of rules) checkRule(context, ruleArn, targetGroupArn);
  if (new Set(rules).size < rules.length) {
    throw invalidParameter("The test listener rule must differ from the production listener rule.");
  }
  checkRole(context, advanced.roleArn);
}

/** ECS changes where the rule forwards to, and fails if the rule has other actions. */
function checkRule(context: AccountContext, ruleArn: string, targetGroupArn: string): void {
  const rule = context.get(LISTENER_RULE, ruleArn);
  if (!rule) throw invalidParameter(`The listener rule ${ruleArn} does not exist.`);
  const actions = rule.outputs.actions as readonly { readonly type: string }[];
  if (actions.some(({ type }) => type !== "forward")) {
    throw invalidParameter(`The listener rule ${ruleArn} must only have forward actions.`);
  }
  const listener = context.get(LISTENER, String(rule.outputs.listenerArn));
  const balancers = balancersOf(context, targetGroupArn);
  if (balancers.length > 0 && !balancers.includes(String(listener?.outputs.loadBalancerArn))) {
    throw invalidParameter(
      `The listener rule ${ruleArn} is not of the load balancer of ${targetGroupArn}.`,
    );
  }
}

function checkRole(context: AccountContext, roleArn: string): void {
  if (!isAssumableBy(context, roleArn, "ecs.amazonaws.com")) {
    throw invalidParameter(
      `Unable to assume the service linked role or infrastructure role ${roleArn}. ` +
        "Please verify that it exists and that ecs.amazonaws.com may assume it.",
    );
  }
}
