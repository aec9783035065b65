import type { AccountView, ResourceRecord } from "../../../account/record";
import type { RanTask, RunTaskRequest } from "../../../protocol/runTask";
import { lastPart } from "../../../shared/lastPart";
import { mainContainer } from "./containers/taskContainers";
import { ECS_TYPES, familyAndRevision, type TaskDefinition } from "./ecs";
import type { StandaloneTasks, TaskOrder } from "./standaloneTasks";
import { overridden, type TaskOverrides } from "./taskOverrides";

const CLUSTER = "aws:ecs/cluster:Cluster";
/** API: "RunTask", `count`. */
const MOST_TASKS = 10;
/** `startedBy` of tasks that a person starts here; AWS lets the caller set it. */
const STARTED_BY = "lab/run-task";

/** Parameters of the API beyond those of the lab's own command. */
export interface TaskRequest extends RunTaskRequest, Partial<Placing> {
  /** For several containers; excludes `command`. */
  readonly overrides?: TaskOverrides | undefined;
  /** @default "lab/run-task" */
  readonly startedBy?: string | undefined;
}

type Placing = {
  readonly [
    Key in "capacityProviderStrategies" | "orderedPlacementStrategies" | "placementConstraints"
  ]: TaskOrder[Key] | undefined;
};

/** What running a task needs from its surroundings. */
export interface RunTaskSurroundings {
  readonly account: AccountView;
  readonly tasks: Pick<StandaloneTasks, "start">;
  readonly taskDefinition: (reference: string) => TaskDefinition | undefined;
  /** Whether a cluster has a default capacity provider strategy. */
  readonly hasDefaultStrategy: (clusterName: string) => boolean;
}

/**
 * Starts tasks without a service, as `aws ecs run-task` does.
 * @throws {Error} with AWS's code when there is no such task definition, container or cluster
 */
export function runTask(surroundings: RunTaskSurroundings, request: TaskRequest): RanTask {
  const { account, tasks } = surroundings;
  const { command, count, taskDefinition: reference } = request;
  const definition = surroundings.taskDefinition(reference);
  if (definition === undefined) {
    throw new Error(
      `ClientException: TaskDefinition not found: ${reference}. Known are ${familiesOf(account)}.`,
    );
  }
  if (count < 1 || count > MOST_TASKS) {
    throw new Error(`InvalidParameterException: count must be 1 to ${MOST_TASKS}, not ${count}.`);
  }
  const cluster = clusterOf(account, request.cluster);
  const clusterName = String(cluster.outputs.name);
  const container = containerOf(definition, request.container);
  const hasStrategy = (request.capacityProviderStrategies ?? []).length > 0;
  const launchType =
    request.launchType ??
    (isForFargateAlone(account, definition) && !surroundings.hasDefaultStrategy(clusterName)
      ? "FARGATE"
      : undefined);
  const { started, because } = tasks.start({
    clusterArn: String(cluster.outputs.arn),
    definition: overridden(
      definition,
      request.overrides ?? {
        containerOverrides: command === undefined ? [] : [{ name: container, command }],
      },
    ),
    count,
    startedBy: request.startedBy ?? STARTED_BY,
    launchType: hasStrategy ? undefined : launchType,
    capacityProviderStrategies: request.capacityProviderStrategies ?? [],
    orderedPlacementStrategies: request.orderedPlacementStrategies ?? [],
    placementConstraints: request.placementConstraints ?? [],
  });
  return {
    tasks: started.map(({ arn }) => arn),
    failures: because,
    command: awsCommand(account, definition, clusterName, { ...request, launchType, container }),
  };
}

function clusterOf(account: AccountView, wanted: string | undefined): ResourceRecord {
  const clusters = account.list(CLUSTER);
  const names = clusters.map(({ outputs }) => String(outputs.name)).join(", ") || "none";
  const found =
    wanted === undefined
      ? clusters.length === 1 && clusters[0]
      : clusters.find(({ outputs }) => outputs.name === wanted || outputs.arn === wanted);
  if (found) return found;
  throw new Error(
    wanted === undefined
      ? `Which cluster? Name it with --cluster: ${names}.`
      : `ClusterNotFoundException: Cluster not found: ${wanted}. There are ${names}.`,
  );
}

function containerOf({ containerDefinitions, arn }: TaskDefinition, wanted?: string): string {
  const main = wanted ?? mainContainer(containerDefinitions)?.name ?? "";
  if (containerDefinitions.some(({ name }) => name === main)) return main;
  throw new Error(
    `InvalidParameterException: Override for container named ${main} is not a container in the ` +
      `TaskDefinition ${familyAndRevision(arn)}.`,
  );
}

const familiesOf = (account: AccountView): string =>
  [...new Set(account.list(ECS_TYPES.taskDefinition).map(({ outputs }) => String(outputs.family)))]
    .sort()
    .join(", ") || "none";

function isForFargateAlone(account: AccountView, { arn }: TaskDefinition): boolean {
  const record = account.list(ECS_TYPES.taskDefinition).find(({ outputs }) => outputs.arn === arn);
  const wanted = (record?.outputs.requiresCompatibilities ?? []) as string[];
  return wanted.length === 1 && wanted[0] === "FARGATE";
}

/** Under awsvpc, AWS requires a network: that of a service in the cluster, if there is one. */
function awsCommand(
  account: AccountView,
  definition: TaskDefinition,
  clusterName: string,
  { command, container, count, launchType }: RunTaskRequest,
): string {
  const overrides = { containerOverrides: [{ name: container, command }] };
  return [
    `aws ecs run-task --cluster ${clusterName} --task-definition ${familyAndRevision(definition.arn)}`,
    ...(count === 1 ? [] : [`--count ${count}`]),
    ...(launchType === undefined ? [] : [`--launch-type ${launchType}`]),
    ...(definition.networkMode === "awsvpc" ? [networkOption(account, clusterName)] : []),
    ...(command === undefined ? [] : [`--overrides '${JSON.stringify(overrides)}'`]),
  ].join(" ");
}

function networkOption(account: AccountView, clusterName: string): string {
  const networks = account
    .list(ECS_TYPES.service)
    .filter(({ outputs }) => lastPart(String(outputs.cluster)) === clusterName)
    .flatMap(({ outputs }) => (outputs.networkConfiguration ?? []) as object | object[]);
  const { subnets = ["SUBNET"], securityGroups = ["SECURITY_GROUP"] } = (networks[0] ?? {}) as {
    subnets?: string[];
    securityGroups?: string[];
  };
  return (
    "--network-configuration " +
    `'awsvpcConfiguration={subnets=[${subnets.join(",")}],securityGroups=[${securityGroups.join(",")}]}'`
  );
}
