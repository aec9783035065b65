import type { Container } from "./containers";
import { clientException } from "./lookups";
import type { TaskDefinitionInputs } from "./taskDefinitionInputs";

/**
 * What RegisterTaskDefinition checks when MANAGED_INSTANCES is among the required compatibilities.
 *
 * Source: Amazon ECS developer guide, "Amazon ECS task definition parameters for Amazon ECS Managed Instances": network
 * modes, operating system, execution role. AWS does not document the text of these errors.
 */
export function checkManagedInstancesTask(
  inputs: TaskDefinitionInputs,
  containers: readonly Container[],
): void {
  const { executionRoleArn, networkMode = "awsvpc", runtimePlatform } = inputs;
  if (networkMode !== "awsvpc" && networkMode !== "host") {
    throw clientException(
      "Amazon ECS Managed Instances only support network modes 'awsvpc' and 'host'.",
    );
  }
  if (runtimePlatform?.operatingSystemFamily?.startsWith("WINDOWS") === true) {
    throw clientException("Amazon ECS Managed Instances only support LINUX.");
  }
  if (executionRoleArn !== undefined) return;
  const needy = containers.find(
    ({ image, logConfiguration }) =>
      logConfiguration?.logDriver === "awslogs" || /^\d{12}\.dkr\.ecr\./.test(image),
  );
  if (needy) {
    throw clientException(
      `Amazon ECS Managed Instances require an execution role ARN for container '${needy.name}', which ` +
        "writes to awslogs or is pulled from ECR.",
    );
  }
}
