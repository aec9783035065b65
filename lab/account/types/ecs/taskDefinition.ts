import type { ResourceRecord } from "../../record";
import { type AccountContext, resourceType } from "../../resourceType";
import { meaningIn, parseContainers } from "./containers";
import { checkFargate, checkTaskCpu } from "./fargate";
import { checkManagedInstancesTask } from "./managedInstancesTask";
import {
  checkContainers,
  checkContainersTogether,
  checkTaskMemory,
  checkTmpfs,
  checkVolumes,
} from "./taskDefinitionChecks";
import { taskDefinitionInputs, type TaskDefinitionInputs } from "./taskDefinitionInputs";
import { TASK_DEFINITION } from "./tokens";

export const taskDefinition = resourceType({
  token: TASK_DEFINITION,
  inputs: taskDefinitionInputs,
  immutable: [
    "containerDefinitions",
    "cpu",
    "enableFaultInjection",
    "ephemeralStorage",
    "executionRoleArn",
    "family",
    "ipcMode",
    "memory",
    "networkMode",
    "pidMode",
    "placementConstraints",
    "proxyConfiguration",
    "region",
    "requiresCompatibilities",
    "runtimePlatform",
    "taskRoleArn",
    "volumes",
  ],
  sets: ["placementConstraints", "requiresCompatibilities", "volumes"],
  meaning: {
    containerDefinitions: (json, { networkMode = "bridge" }) => meaningIn(json, networkMode),
  },
  computed: ["arn", "arnWithoutRevision", "enableFaultInjection", "networkMode", "revision"],
  validate(_context, inputs) {
    const containers = parseContainers(inputs.containerDefinitions);
    checkContainers(inputs, containers);
    checkContainersTogether(inputs, containers);
    checkTaskMemory(inputs, containers);
    checkTmpfs(containers);
    checkVolumes(inputs);
    checkTaskCpu(inputs);
    if (inputs.requiresCompatibilities?.includes("FARGATE")) checkFargate(inputs, containers);
    if (isForManagedInstances(inputs)) checkManagedInstancesTask(inputs, containers);
  },
  create(context, inputs) {
    const { family } = inputs;
    const withoutRevision = context.arn("ecs", `task-definition/${family}`);
    // Revision numbers of a family are never reused, not even after the family was deleted.
    const revision = context.count(`task definition ${withoutRevision}`);
    return {
      id: `${withoutRevision}:${revision}`,
      outputs: {
        arn: `${withoutRevision}:${revision}`,
        arnWithoutRevision: withoutRevision,
        enableFaultInjection: false,
        networkMode: isForManagedInstances(inputs) ? "awsvpc" : "bridge",
        revision,
      },
    };
  },
  owned: undeclaredRevisions,
});

const isForManagedInstances = ({ requiresCompatibilities = [] }: TaskDefinitionInputs) =>
  requiresCompatibilities.includes("MANAGED_INSTANCES");

/**
 * Revisions that a pipeline registered, to delete with the family's last revision that a stack declares. On AWS they
 * stay, free of charge, until somebody deregisters them.
 */
function undeclaredRevisions(context: AccountContext, record: ResourceRecord): ResourceRecord[] {
  if (!isOfStack(record)) return [];
  const others = context
    .list(TASK_DEFINITION)
    .filter(({ id, outputs }) => id !== record.id && outputs.family === record.outputs.family);
  return others.some(isOfStack) ? [] : others;
}

const isOfStack = ({ urn }: ResourceRecord) => urn.startsWith("urn:pulumi:");

/** A task definition by ARN, `family:revision`, or `family` for its latest revision. */
export function findTaskDefinition(
  context: AccountContext,
  reference: string,
): ResourceRecord | undefined {
  const all = context.list(TASK_DEFINITION);
  const exact = all.find(
    ({ id }) => id === reference || id.endsWith(`task-definition/${reference}`),
  );
  return exact ?? all.filter(({ outputs }) => outputs.family === reference).at(-1);
}
