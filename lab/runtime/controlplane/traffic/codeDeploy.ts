import { randomInt } from "node:crypto";
import { z } from "zod";
import type { LiveAccount } from "../../../account/record";
import { ELB_TYPES, parseRecord } from "../../dataplane/alb/elb";
import { ECS_TYPES, toService } from "../ecs/ecs";
import type { ServiceScheduler } from "../ecs/scheduler/serviceScheduler";
import type { DeploymentStatus } from "../ecs/status";
import { canarySteps, linearSteps, type ShiftPlan } from "./shiftPlan";
import type { TrafficRoutes } from "./trafficRoutes";

const DEPLOYMENT_GROUP = "aws:codedeploy/deploymentGroup:DeploymentGroup";

/** Parameters of `aws deploy create-deployment`, with the relevant part of the AppSpec file. */
export interface CodeDeployRequest {
  readonly applicationName: string;
  readonly deploymentGroupName: string;
  /** ARN of the revision to deploy, or `family:revision`. */
  readonly taskDefinition: string;
}

/** A created deployment. */
export interface CodeDeployDeployment {
  /** CodeDeploy's ID, `d-…`. */
  readonly deploymentId: string;
  /** ID in ECS's status, which shows its stage and weights. */
  readonly ecsDeploymentId: string;
  /** Resolves at its end. Never rejects. */
  readonly ended: Promise<CodeDeployResult>;
}

/** How a deployment ended, as `aws deploy get-deployment` names it. */
export interface CodeDeployResult {
  readonly status: "Succeeded" | "Failed" | "Stopped";
  readonly message: string;
}

/** What a deployment needs from the control plane. */
export interface CodeDeploySurroundings {
  readonly account: LiveAccount;
  readonly routes: TrafficRoutes;
  /** @throws {Error} when there is no such service */
  readonly scheduler: (cluster: string, service: string) => ServiceScheduler;
  /** Calls back after every change; returns a function that stops it. */
  readonly onChange: (listener: () => void) => () => void;
}

const route = z.object({ listenerArns: z.array(z.string()) });
const minutes = z.number().nullish();
const deploymentGroup = z.object({
  appName: z.string(),
  deploymentGroupName: z.string(),
  deploymentConfigName: z.string(),
  ecsService: z.object({ clusterName: z.string(), serviceName: z.string() }),
  loadBalancerInfo: z.object({
    targetGroupPairInfo: z.object({
      prodTrafficRoute: route,
      testTrafficRoute: route.nullish(),
      targetGroups: z.array(z.object({ name: z.string() })),
    }),
  }),
  blueGreenDeploymentConfig: z
    .object({
      terminateBlueInstancesOnDeploymentSuccess: z
        .object({ terminationWaitTimeInMinutes: minutes })
        .nullish(),
    })
    .nullish(),
});

/**
 * Starts a blue/green deployment of CodeDeploy: between the deployment group's two target groups, on its listeners,
 * with its deployment configuration. ECS's lifecycle stages stand for CodeDeploy's lifecycle events; hooks, which are
 * Lambda functions, are not run.
 *
 * @throws {Error} with AWS's code if there is no such group or revision, or a deployment is in progress
 *
 * Source: CodeDeploy user guide, "Deployments on an Amazon ECS compute platform".
 */
export function codeDeploy(
  { account, routes, scheduler: schedulerOf, onChange }: CodeDeploySurroundings,
  { applicationName, deploymentGroupName, taskDefinition }: CodeDeployRequest,
): CodeDeployDeployment {
  const group = account
    .list(DEPLOYMENT_GROUP)
    .map((record) => parseRecord(deploymentGroup, record))
    .find(
      (one) => one.appName === applicationName && one.deploymentGroupName === deploymentGroupName,
    );
  if (group === undefined) {
    throw new Error(
      `DeploymentGroupDoesNotExistException: No Deployment Group found for name: ${deploymentGroupName}`,
    );
  }
  const { clusterName, serviceName } = group.ecsService;
  const scheduler = schedulerOf(clusterName, serviceName);
  const ecsDeploymentId = scheduler.deployByCodeDeploy({
    taskDefinition,
    plan: planOf(group),
    pair: (blue) => pairOf(account, routes, group, blue),
  });
  const { key } = scheduler;
  const deployment = () => scheduler.status().deployments.find(({ id }) => id === ecsDeploymentId);
  const ended = new Promise<CodeDeployResult>((resolve) => {
    let isNoted = false;
    const look = () => {
      const now = deployment();
      if (!isNoted && now?.lifecycleStage === "CLEAN_UP" && now.status === "PRIMARY") {
        isNoted = true;
        void noteInRecord(account, key, now.taskDefinition, now.trafficWeights);
      }
      const result = resultOf(now);
      if (result === undefined) return;
      stop();
      resolve(result);
    };
    const stop = onChange(look);
    setImmediate(look);
  });
  return { deploymentId: `d-${newId()}`, ecsDeploymentId, ended };
}

/**
 * Sends the requests back to the tasks of the service's record if an unfinished deployment of an earlier lab had moved
 * them, since its tasks ended with that lab. Call it before a deployment is created.
 *
 * @param onUndone called with the service's name if requests were sent back
 */
export async function undoCodeDeployments(
  { account, routes }: Pick<CodeDeploySurroundings, "account" | "routes">,
  onUndone: (serviceName: string) => void,
): Promise<void> {
  const services = account.list(ECS_TYPES.service).map(toService);
  for (const record of account.list(DEPLOYMENT_GROUP)) {
    const group = parseRecord(deploymentGroup, record);
    const { clusterName, serviceName } = group.ecsService;
    const service = services.find(
      (one) => one.clusterName === clusterName && one.name === serviceName,
    );
    const blue = service?.loadBalancers[0]?.targetGroupArn;
    if (service?.deploymentController?.type !== "CODE_DEPLOY" || blue === undefined) continue;
    const others = groupsOf(account, group).filter((arn) => arn !== blue);
    const { prodTrafficRoute, testTrafficRoute } = group.loadBalancerInfo.targetGroupPairInfo;
    const moved = (listenerArns: readonly string[]) =>
      listenerArns.flatMap((arn) => routes.routesTo(arn, others));
    const production = moved(prodTrafficRoute.listenerArns);
    const test = moved(testTrafficRoute?.listenerArns ?? []);
    const [green] = others;
    if (green === undefined || production.length + test.length === 0) continue;
    const pair = { blue, green, production, test };
    await routes.shift([pair], "production", 0);
    await routes.shift([pair], "test", 0);
    onUndone(serviceName);
  }
}

/** The steps of CodeDeploy's predefined configurations, by name, e.g. `ECSLinear10PercentEvery3Minutes`. */
export function codeDeploySteps(configName: string): Pick<ShiftPlan, "strategy" | "steps"> {
  const [, kind, percent = "100", wait = "0"] =
    /^CodeDeployDefault\.ECS(Linear|Canary)(\d+)Percent(?:Every)?(\d+)Minutes$/.exec(configName) ??
    [];
  switch (kind) {
    case "Linear":
      return { strategy: "LINEAR", steps: linearSteps(Number(percent), Number(wait)) };
    case "Canary":
      return { strategy: "CANARY", steps: canarySteps(Number(percent), Number(wait)) };
    default:
      return { strategy: "BLUE_GREEN", steps: canarySteps(100, 0) };
  }
}

function planOf(group: z.infer<typeof deploymentGroup>): ShiftPlan {
  const { terminateBlueInstancesOnDeploymentSuccess: terminate } =
    group.blueGreenDeploymentConfig ?? {};
  return {
    ...codeDeploySteps(group.deploymentConfigName),
    bakeMinutes: terminate?.terminationWaitTimeInMinutes ?? 0,
  };
}

/** @param blue ARN of the target group that the service's tasks are in */
function pairOf(
  account: LiveAccount,
  routes: TrafficRoutes,
  group: z.infer<typeof deploymentGroup>,
  blue: string,
) {
  const { targetGroups, prodTrafficRoute, testTrafficRoute } =
    group.loadBalancerInfo.targetGroupPairInfo;
  const names = targetGroups.map(({ name }) => name);
  const groups = groupsOf(account, group);
  const green = groups.find((id) => id !== blue);
  if (green === undefined || !groups.includes(blue)) {
    throw new Error(
      "InvalidTargetGroupException: The ECS service's target group must be one of the deployment " +
        `group's: ${names.join(", ")}`,
    );
  }
  const on = (listenerArns: readonly string[]) =>
    listenerArns.flatMap((listenerArn) => routes.routesOn(listenerArn, groups));
  const production = on(prodTrafficRoute.listenerArns);
  if (production.length === 0) {
    throw new Error(
      "InvalidTargetGroupException: The production listener forwards to none of the target groups " +
        names.join(", "),
    );
  }
  return { blue, green, production, test: on(testTrafficRoute?.listenerArns ?? []) };
}

/** ARNs of the deployment group's target groups. */
function groupsOf(account: LiveAccount, { loadBalancerInfo }: z.infer<typeof deploymentGroup>) {
  const names = loadBalancerInfo.targetGroupPairInfo.targetGroups.map(({ name }) => name);
  return account
    .list(ELB_TYPES.targetGroup)
    .filter(({ outputs }) => names.includes(String(outputs.name)))
    .map(({ id }) => id);
}

function resultOf(deployment: DeploymentStatus | undefined): CodeDeployResult | undefined {
  if (deployment === undefined) {
    return {
      status: "Stopped",
      message: "The deployment was replaced by another, or its service is gone.",
    };
  }
  switch (deployment.rolloutState) {
    case "COMPLETED":
      return { status: "Succeeded", message: "" };
    case "FAILED": {
      const message = deployment.rolloutStateReason;
      return { status: message.includes("stopped by user") ? "Stopped" : "Failed", message };
    }
    default:
      return undefined;
  }
}

/** Records in the service what CodeDeploy made its primary task set, so that it outlives the lab. */
async function noteInRecord(
  account: LiveAccount,
  key: string,
  taskDefinition: string,
  weights: DeploymentStatus["trafficWeights"],
): Promise<void> {
  const record = account.get(ECS_TYPES.service, key);
  const definition = account
    .list(ECS_TYPES.taskDefinition)
    .find(({ id }) => id.endsWith(`/${taskDefinition}`));
  const targetGroupArn = weights?.find(({ weight }) => weight === 100)?.targetGroupArn;
  if (!record || !definition || targetGroupArn === undefined) return;
  const [balancer, ...others] = record.inputs.loadBalancers as object[];
  await account.modify(ECS_TYPES.service, key, {
    taskDefinition: definition.id,
    loadBalancers: [{ ...balancer, targetGroupArn }, ...others],
  });
}

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

const newId = () => Array.from({ length: 9 }, () => LETTERS[randomInt(LETTERS.length)]).join("");
