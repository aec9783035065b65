import type {
  DeregisterTaskDefinitionRequest,
  DescribeTaskDefinitionRequest,
  ListTaskDefinitionFamiliesRequest,
  ListTaskDefinitionsRequest,
  RegisterTaskDefinitionRequest,
} from "@aws-sdk/client-ecs";

import type { ResourceRecord } from "../../../account/record";
import type { Properties } from "../../../account/resourceType";
import { TASK_DEFINITION } from "../../../account/types/ecs/tokens";
import { createRecord, defined, lowerTagsOf, refuseOthers, tagMap } from "../../records";
import type { Api, Operation } from "../../service";
import { listed, mustHaveRevision, revisionsOf } from "./lookups";

const INVALID = "ClientException";
/** Parameters that have the same name and shape in the account. */
const SAME = [
  "family",
  "taskRoleArn",
  "executionRoleArn",
  "networkMode",
  "placementConstraints",
  "requiresCompatibilities",
  "cpu",
  "memory",
  "pidMode",
  "ipcMode",
  "runtimePlatform",
  "enableFaultInjection",
] as const;

export const taskDefinitionOperations: Record<string, Operation> = {
  ListTaskDefinitions: (input: ListTaskDefinitionsRequest, api: Api) => {
    const { familyPrefix: family, sort, status = "ACTIVE" } = input;
    // Deregistered revisions do not exist here.
    const found = status === "ACTIVE" ? revisionsOf(api) : [];
    const arns = found
      .filter(({ outputs }) => family === undefined || outputs.family === family)
      .sort(byFamilyAndRevision)
      .map(({ id }) => id);
    const { items, next } = listed(sort === "DESC" ? arns.reverse() : arns, input);
    return { taskDefinitionArns: items, ...next };
  },

  ListTaskDefinitionFamilies: (input: ListTaskDefinitionFamiliesRequest, api: Api) => {
    const { familyPrefix = "", status } = input;
    const found = status === "INACTIVE" ? [] : revisionsOf(api);
    const families = [...new Set(found.map(({ outputs }) => String(outputs.family)))].sort();
    const { items, next } = listed(
      families.filter((family) => family.startsWith(familyPrefix)),
      input,
    );
    return { families: items, ...next };
  },

  DescribeTaskDefinition: (input: DescribeTaskDefinitionRequest, api: Api) => {
    const record = mustHaveRevision(api, input.taskDefinition);
    const withTags = input.include?.includes("TAGS") === true;
    return {
      taskDefinition: describeTaskDefinition(record),
      ...(withTags ? { tags: lowerTagsOf(record) } : {}),
    };
  },

  RegisterTaskDefinition: async (input: RegisterTaskDefinitionRequest, api: Api) => {
    const known = [...SAME, "containerDefinitions", "volumes", "ephemeralStorage", "tags"];
    refuseOthers("RegisterTaskDefinition", input, known, INVALID);
    const { containerDefinitions, ephemeralStorage, tags, volumes } = input;
    const record = await createRecord(
      api,
      TASK_DEFINITION,
      {
        ...Object.fromEntries(SAME.map((key) => [key, input[key]])),
        containerDefinitions: JSON.stringify(containerDefinitions ?? []),
        ephemeralStorage: ephemeralStorage && { sizeInGib: ephemeralStorage.sizeInGiB },
        volumes: volumes?.map(({ host, ...volume }) =>
          defined({ ...volume, hostPath: host?.sourcePath }),
        ),
        tags: tagMap(tags),
      },
      INVALID,
    );
    return { taskDefinition: describeTaskDefinition(record), tags: lowerTagsOf(record) };
  },

  DeregisterTaskDefinition: async (input: DeregisterTaskDefinitionRequest, api: Api) => {
    const record = mustHaveRevision(api, input.taskDefinition);
    await api.account.delete(TASK_DEFINITION, record.id);
    return { taskDefinition: { ...describeTaskDefinition(record), status: "INACTIVE" } };
  },
};

function byFamilyAndRevision({ outputs: one }: ResourceRecord, { outputs: other }: ResourceRecord) {
  const families = String(one.family).localeCompare(String(other.family));
  return families === 0 ? Number(one.revision) - Number(other.revision) : families;
}

function describeTaskDefinition(record: ResourceRecord): Properties {
  const { outputs } = record;
  const containers = JSON.parse(String(outputs.containerDefinitions)) as Properties[];
  const storage = outputs.ephemeralStorage as { sizeInGib: number } | undefined;
  const volumes = (outputs.volumes ?? []) as Properties[];
  const wanted = (outputs.requiresCompatibilities ?? []) as string[];
  return {
    ...defined(Object.fromEntries(SAME.map((key) => [key, outputs[key]]))),
    taskDefinitionArn: record.id,
    revision: Number(outputs.revision),
    status: "ACTIVE",
    containerDefinitions: containers.map(describeContainer),
    volumes: volumes.map(({ hostPath, ...volume }) =>
      hostPath === undefined
        ? { ...volume, host: {} }
        : { ...volume, host: { sourcePath: hostPath } },
    ),
    placementConstraints: outputs.placementConstraints ?? [],
    compatibilities: ["EC2", ...wanted.filter((one) => one !== "EC2")],
    requiresAttributes: [],
    ...(storage === undefined ? {} : { ephemeralStorage: { sizeInGiB: storage.sizeInGib } }),
  };
}

/** A container with ECS's defaults; programs may write numbers as text, which the provider converts. */
function describeContainer(container: Properties): Properties {
  const number = (value: unknown) => (typeof value === "string" ? Number(value) : value);
  const ports = (container.portMappings ?? []) as Properties[];
  return defined({
    environment: [],
    mountPoints: [],
    volumesFrom: [],
    systemControls: [],
    essential: true,
    ...container,
    cpu: number(container.cpu) ?? 0,
    memory: number(container.memory),
    memoryReservation: number(container.memoryReservation),
    portMappings: ports.map((port) =>
      defined({
        protocol: "tcp",
        ...port,
        containerPort: number(port.containerPort),
        hostPort: number(port.hostPort ?? port.containerPort),
      }),
    ),
  });
}
