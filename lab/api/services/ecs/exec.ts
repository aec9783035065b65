import type { ExecuteCommandRequest } from "@aws-sdk/client-ecs";

import { lastPart } from "../../../shared/lastPart";
import { ApiError } from "../../apiError";
import type { Api, Operation } from "../../service";
import { clusterOf, findService, INVALID, nameOf } from "./lookups";
import { mustHaveTask } from "./tasks";

export const execOperations: Record<string, Operation> = {
  /**
   * Returns ECS's errors and, for valid requests, an error with the lab's own command: ECS uses Session Manager, which
   * the lab does not have.
   */
  ExecuteCommand: ({ cluster, container, task = "" }: ExecuteCommandRequest, api: Api) => {
    const owner = clusterOf(api, cluster);
    const { group, task: known } = mustHaveTask(api, nameOf(owner), task);
    const service = findService(api, owner, group.replace(/^service:/, ""));
    if (known.lastStatus !== "RUNNING" || service?.outputs.enableExecuteCommand === false) {
      throw new ApiError(
        INVALID,
        "The execute command failed because execute command was not enabled when the task was run or " +
          "the execute command agent isn't running. Wait and try again or run a new task with execute " +
          "command enabled and try again.",
      );
    }
    const names = known.containers.map(({ name }) => name);
    if (container !== undefined && !names.includes(container)) {
      throw new ApiError(INVALID, `The task has no container ${container}: ${names.join(", ")}.`);
    }
    const named = container === undefined ? "" : ` --container ${container}`;
    throw new ApiError(
      "TargetNotConnectedException",
      `The lab has no Session Manager. npm run lab -- exec ${lastPart(known.arn)}${named} opens a shell ` +
        "if tasks run in Docker.",
    );
  },
};
