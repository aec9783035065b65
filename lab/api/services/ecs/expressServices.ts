import type { DescribeExpressGatewayServiceRequest } from "@aws-sdk/client-ecs";

import type { ResourceRecord } from "../../../account/record";
import type { Properties } from "../../../account/resourceType";
import { EXPRESS_SERVICE, SERVICE } from "../../../account/types/ecs/tokens";
import { lastPart } from "../../../shared/lastPart";
import { ApiError } from "../../apiError";
import { defined, lowerTagsOf } from "../../records";
import type { Api, Operation } from "../../service";
import { arnOf } from "./lookups";

export const expressOperations: Record<string, Operation> = {
  DescribeExpressGatewayService: (
    { serviceArn = "", include = [] }: DescribeExpressGatewayServiceRequest,
    api: Api,
  ) => {
    const record = api.account.get(EXPRESS_SERVICE, serviceArn);
    if (record === undefined) {
      throw new ApiError("ResourceNotFoundException", `Resource not found: ${serviceArn}`);
    }
    const { outputs } = record;
    return {
      service: {
        cluster: arnOf(api, `cluster/${lastPart(String(outputs.cluster))}`),
        serviceName: outputs.serviceName,
        serviceArn,
        infrastructureRoleArn: outputs.infrastructureRoleArn,
        status: { statusCode: "ACTIVE" },
        activeConfigurations: [configurationOf(api, record)],
        ...(include.includes("TAGS") && { tags: lowerTagsOf(record) }),
      },
    };
  },
};

/** What the service runs by, with the groups and the revision of the service that ECS made for it. */
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

/** The provider has lists in the plural where the API has one thing, or a list in the singular. */
function containerOf(container: Properties): Properties {
  const { awsLogsConfigurations, commands, environments, ...rest } = container;
  const [awsLogsConfiguration] = (awsLogsConfigurations ?? []) as Properties[];
  return defined({ ...rest, awsLogsConfiguration, command: commands, environment: environments });
}
