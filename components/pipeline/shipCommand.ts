import * as pulumi from "@pulumi/pulumi";

import type { DeployTarget } from "../service/deployTarget";
import { imagePlaceholder } from "../task/taskDefinition";

/**
 * A command line that creates the next revision from the program's task definition and the service's current image, and
 * updates the service to it. Pipelines with an ECS action need it: the action builds on the revision that the service
 * runs, and ignores those that the program has registered since.
 *
 * Source: AWS CodePipeline user guide, "Amazon Elastic Container Service deploy action reference";
 * AWS CLI reference, `ecs describe-services`, `register-task-definition`, `update-service`.
 */
export function shipCommand({
  region,
  target,
}: {
  region: string;
  target: DeployTarget;
}): pulumi.Output<string> {
  const { clusterName, serviceName, imageContainer, template } = target;
  const where = `--region ${region}`;
  const service = `--cluster ${clusterName} --services ${serviceName}`;
  const running =
    `aws ecs describe-services ${where} ${service} ` +
    `--query "services[0].taskDefinition" --output text`;
  const image =
    `aws ecs describe-task-definition ${where} --task-definition "$(${running})" ` +
    `--query "taskDefinition.containerDefinitions[?name=='${imageContainer}'].image | [0]" --output text`;
  return template.apply((json) => {
    const definition = `printf %s ${quoted(json)} | sed "s|${imagePlaceholder}|$IMAGE|"`;
    return [
      `IMAGE="$(${image})"`,
      `REVISION="$(aws ecs register-task-definition ${where} --cli-input-json "$(${definition})" ` +
        `--query taskDefinition.taskDefinitionArn --output text)"`,
      `aws ecs update-service ${where} --cluster ${clusterName} --service ${serviceName} ` +
        `--task-definition "$REVISION" --query service.taskDefinition --output text`,
    ].join(" && ");
  });
}

/** Quotes a text as one shell word. */
const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
