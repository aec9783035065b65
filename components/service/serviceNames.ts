import * as pulumi from "@pulumi/pulumi";

import { physicalName } from "../shared/names";
import { logGroupName } from "../task/logGroup";

/** Command lines of the AWS CLI, ready to paste. */
export interface ServiceCommands {
  /** A shell in one of the tasks. */
  exec: string;
  /** Follows the tasks' logs. */
  logs: string;
  /** The service's state and last events. */
  describe: string;
}

/** Physical name of a service with that base name. */
export const serviceName = (settings: { name: string }) =>
  physicalName("service", settings.name, pulumi.getStack());

/**
 * The commands for a service, each with its region, cluster and names filled in.
 *
 * Source: AWS CLI reference, `ecs execute-command`, `logs tail`, `ecs describe-services`.
 */
export function serviceCommands(
  settings: { name: string; region: string; containerName: string },
  clusterName: string,
): ServiceCommands {
  const region = `--region ${settings.region}`;
  const cluster = `--cluster ${clusterName}`;
  const service = serviceName(settings);
  const firstTask =
    `$(aws ecs list-tasks ${region} ${cluster} --service-name ${service} ` +
    `--query "taskArns[0]" --output text)`;
  return {
    exec:
      `aws ecs execute-command ${region} ${cluster} --task ${firstTask} ` +
      `--container ${settings.containerName} --interactive --command /bin/sh`,
    logs: `aws logs tail ${region} ${logGroupName(settings)} --follow`,
    describe: `aws ecs describe-services ${region} ${cluster} --services ${service}`,
  };
}
