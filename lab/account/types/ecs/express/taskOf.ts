import type { Properties } from "../../../resourceType";
import { type ExpressInputs, expressSettings } from "./inputs";

/** Name of an Express service's container in its task definitions. */
export const MAIN = "Main";

/** Names of a service and its cluster, for its tasks. */
export interface TaskPlace {
  readonly cluster: string;
  readonly service: string;
  readonly region: string;
  /** The log group of containers that name none. */
  readonly logGroup: string;
}

/**
 * The task definition that ECS registers for an Express service.
 *
 * Source: Amazon ECS developer guide, "Resources created by Amazon ECS Express Mode services"; API reference,
 * "CreateExpressGatewayService", `taskDefinitionArn`, for the names of container and port.
 */
export function taskOf(inputs: ExpressInputs, place: TaskPlace): Properties {
  const { cpu, memory, container } = expressSettings(inputs);
  const [logs] = container.awsLogsConfigurations ?? [];
  const { commands, containerPort, environments, image, repositoryCredentials, secrets } =
    container;
  const main = {
    name: MAIN,
    image,
    essential: true,
    portMappings: [{ containerPort, name: `main-${containerPort}-tcp`, protocol: "tcp" }],
    ...(commands && { command: commands }),
    ...(environments && { environment: environments }),
    ...(secrets && { secrets }),
    ...(repositoryCredentials && { repositoryCredentials }),
    logConfiguration: {
      logDriver: "awslogs",
      options: {
        "awslogs-group": logs?.logGroup ?? place.logGroup,
        "awslogs-region": place.region,
        "awslogs-stream-prefix": logs?.logStreamPrefix ?? "ecs",
      },
    },
  };
  return {
    family: `${place.cluster}-${place.service}`.slice(0, 255),
    networkMode: "awsvpc",
    requiresCompatibilities: ["FARGATE"],
    runtimePlatform: { cpuArchitecture: "X86_64", operatingSystemFamily: "LINUX" },
    executionRoleArn: inputs.executionRoleArn,
    ...(inputs.taskRoleArn !== undefined && { taskRoleArn: inputs.taskRoleArn }),
    ...{ cpu, memory },
    containerDefinitions: JSON.stringify([main]),
  };
}
