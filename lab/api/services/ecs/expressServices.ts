import type {
  CreateExpressGatewayServiceRequest,
  DeleteExpressGatewayServiceRequest,
  DescribeExpressGatewayServiceRequest,
  UpdateExpressGatewayServiceRequest,
} from "@aws-sdk/client-ecs";

import type { ResourceRecord } from "../../../account/record";
import type { Properties } from "../../../account/resourceType";
import { DEFAULT_CLUSTER } from "../../../account/types/ecs/express/expressGatewayService";
import { EXPRESS_SERVICE, SERVICE } from "../../../account/types/ecs/tokens";
import { lastPart } from "../../../shared/lastPart";
import { ApiError } from "../../apiError";
import {
  createRecord,
  defined,
  lowerTagsOf,
  modifyRecord,
  refuseOthers,
  tagMap,
} from "../../records";
import type { Api, Operation } from "../../service";
import { arnOf, clusterOf, INVALID, nameOf } from "./lookups";

/**
 * Parameters that define what runs; the account does not support a processor architecture or a custom task definition.
 */
const PARAMETERS = [
  "cpu",
  "executionRoleArn",
  "healthCheckPath",
  "memory",
  "networkConfiguration",
  "primaryContainer",
  "scalingTarget",
  "taskRoleArn",
];

export const expressOperations: Record<string, Operation> = {
  DescribeExpressGatewayService: (
    { serviceArn = "", include = [] }: DescribeExpressGatewayServiceRequest,
    api: Api,
  ) => {
    const record = mustHave(api, serviceArn, "ResourceNotFoundException");
    return {
      service: {
        ...describe(api, record, "ACTIVE"),
        ...(include.includes("TAGS") && { tags: lowerTagsOf(record) }),
      },
    };
  },

  CreateExpressGatewayService: async (input: CreateExpressGatewayServiceRequest, api: Api) => {
    const own = ["cluster", "infrastructureRoleArn", "serviceName", "tags"];
    refuseOthers("CreateExpressGatewayService", input, [...PARAMETERS, ...own], INVALID);
    const { cluster, infrastructureRoleArn, serviceName, tags } = input;
    const owner = cluster === undefined ? undefined : clusterOf(api, cluster);
    mustBeFree(api, owner ? nameOf(owner) : DEFAULT_CLUSTER, serviceName);
    const record = await createRecord(
      api,
      EXPRESS_SERVICE,
      {
        ...toInputs(input),
        cluster: owner && nameOf(owner),
        infrastructureRoleArn,
        serviceName,
        tags: tagMap(tags),
      },
      INVALID,
    );
    await api.plane.sync();
    return { service: { ...describe(api, record, "ACTIVE"), tags: lowerTagsOf(record) } };
  },

  UpdateExpressGatewayService: async (input: UpdateExpressGatewayServiceRequest, api: Api) => {
    const known = [...PARAMETERS, "serviceArn"];
    refuseOthers("UpdateExpressGatewayService", input, known, INVALID);
    const { serviceArn = "" } = input;
    const record = mustHave(api, serviceArn, "ServiceNotFoundException");
    const changed = await modifyRecord(api, record, toInputs(input), { invalidCode: INVALID });
    await api.plane.sync();
    return {
      service: {
        ...namesOf(api, changed),
        status: { statusCode: "ACTIVE" },
        targetConfiguration: configurationOf(api, changed),
      },
    };
  },

  DeleteExpressGatewayService: async (
    { serviceArn = "" }: DeleteExpressGatewayServiceRequest,
    api: Api,
  ) => {
    const record = mustHave(api, serviceArn, "ServiceNotFoundException");
    const service = describe(api, record, "DRAINING");
    await api.account.delete(EXPRESS_SERVICE, record.id);
    await api.plane.sync();
    return { service };
  },
};

/** The account's own error is that of the provider, which checks before it calls ECS. */
function mustBeFree(api: Api, cluster: string, service: string | undefined): void {
  if (service === undefined) return;
  if (api.account.get(SERVICE, arnOf(api, `service/${cluster}/${service}`)) === undefined) return;
  throw new ApiError(INVALID, "Creation of service was not idempotent.");
}

function mustHave(api: Api, serviceArn: string, code: string): ResourceRecord {
  const record = api.account.get(EXPRESS_SERVICE, serviceArn);
  if (record !== undefined) return record;
  throw new ApiError(code, `Resource not found: ${serviceArn}`);
}

const namesOf = (api: Api, { id, outputs }: ResourceRecord): Properties => ({
  cluster: arnOf(api, `cluster/${lastPart(String(outputs.cluster))}`),
  serviceName: outputs.serviceName,
  serviceArn: id,
});

const describe = (api: Api, record: ResourceRecord, statusCode: string): Properties => ({
  ...namesOf(api, record),
  infrastructureRoleArn: record.outputs.infrastructureRoleArn,
  status: { statusCode },
  activeConfigurations: [configurationOf(api, record)],
});

/** The service's configuration, with the security groups and the revision of the service that ECS created for it. */
function configurationOf(api: Api, { id, outputs }: ResourceRecord): Properties {
  const made = api.account.get(SERVICE, id)?.outputs ?? {};
  const { securityGroups, subnets } = (made.networkConfiguration ?? {}) as Properties;
  const [scalingTarget] = (outputs.scalingTargets ?? []) as Properties[];
  return defined({
    serviceRevisionArn: outputs.serviceRevisionArn,
    executionRoleArn: outputs.executionRoleArn,
    taskRoleArn: outputs.taskRoleArn,
    taskDefinitionArn: made.taskDefinition,
    cpu: outputs.cpu,
    memory: outputs.memory,
    networkConfiguration: defined({ securityGroups, subnets }),
    healthCheckPath: outputs.healthCheckPath,
    primaryContainer: containerOf((outputs.primaryContainer ?? {}) as Properties),
    scalingTarget,
    ingressPaths: outputs.ingressPaths,
  });
}

/** The provider has lists with plural names where the API has a single item, or a list with a singular name. */
function containerOf(container: Properties): Properties {
  const { awsLogsConfigurations, commands, environments, ...rest } = container;
  const [awsLogsConfiguration] = (awsLogsConfigurations ?? []) as Properties[];
  return defined({ ...rest, awsLogsConfiguration, command: commands, environment: environments });
}

/** A request's parameters as inputs of @pulumi/aws's `ecs.ExpressGatewayService`; absent ones are omitted. */
function toInputs(input: Partial<CreateExpressGatewayServiceRequest>): Properties {
  const { networkConfiguration: network, primaryContainer, scalingTarget } = input;
  return defined({
    cpu: input.cpu,
    executionRoleArn: input.executionRoleArn,
    healthCheckPath: input.healthCheckPath,
    memory: input.memory,
    networkConfigurations: network && [defined({ ...network })],
    primaryContainer: primaryContainer && toContainer({ ...primaryContainer }),
    scalingTargets: scalingTarget && [defined({ ...scalingTarget })],
    taskRoleArn: input.taskRoleArn,
  });
}

/** The opposite of {@link containerOf}. */
function toContainer(container: Properties): Properties {
  const { awsLogsConfiguration: logs, command, environment, ...rest } = container;
  const awsLogsConfigurations = logs && [logs];
  return defined({ ...rest, awsLogsConfigurations, commands: command, environments: environment });
}
