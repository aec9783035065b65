import { z } from "zod";

import type { Properties } from "../account/resourceType";
import { TASK_DEFINITION } from "../account/types/ecs/tokens";
import { declare, region } from "./invokeTypes";
import { taskDefinitionArn } from "./serviceInvoke";

/**
 * `aws.ecs.getContainerDefinition`: one container of a revision.
 *
 * Source: terraform-provider-aws, internal/service/ecs/container_definition_data_source.go.
 */
export const getContainerDefinition = declare(
  z.strictObject({ containerName: z.string(), region, taskDefinition: z.string() }),
  (context, { containerName, taskDefinition }) => {
    const arn = taskDefinitionArn(context, taskDefinition);
    const revision = context.account.get(TASK_DEFINITION, arn);
    if (revision === undefined) {
      throw new Error(
        "reading ECS Task Definition: ClientException: Unable to describe task definition.",
      );
    }
    const containers = JSON.parse(String(revision.outputs.containerDefinitions)) as Properties[];
    const container = containers.find(({ name }) => name === containerName);
    if (container === undefined) {
      throw new Error(
        `container with name "${containerName}" not found in task definition "${taskDefinition}"`,
      );
    }
    const image = String(container.image);
    return {
      containerName,
      cpu: container.cpu ?? 0,
      disableNetworking: container.disableNetworking ?? false,
      dockerLabels: container.dockerLabels ?? {},
      environment: environmentOf(container),
      id: `${arn}/${containerName}`,
      image,
      // Whatever follows the first colon, even a tag, as in the provider.
      imageDigest: image.split(":")[1] ?? "",
      memory: container.memory ?? 0,
      memoryReservation: container.memoryReservation ?? 0,
      region: context.region,
      taskDefinition,
    };
  },
);

function environmentOf({ environment = [] }: Properties): Record<string, string> {
  const variables = environment as { name: string; value: string }[];
  return Object.fromEntries(variables.map(({ name, value }) => [name, value]));
}
