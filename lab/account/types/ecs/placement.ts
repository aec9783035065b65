import type { Strategy } from "./capacityStrategy";
import { invalidParameter } from "./lookups";
import type { ServiceInputs } from "./serviceInputs";

/** Checks the placement strategies and constraints of a service. */
export function checkPlacement(inputs: ServiceInputs, items: Strategy, isFargate: boolean): void {
  const { orderedPlacementStrategies = [], placementConstraints = [] } = inputs;
  if (isFargate && orderedPlacementStrategies.length + placementConstraints.length > 0) {
    throw invalidParameter(
      "Placement strategies and placement constraints are not supported with the FARGATE launch type.",
    );
  }
  if (inputs.schedulingStrategy !== "DAEMON") return;
  if (inputs.launchType === "FARGATE") {
    throw invalidParameter("The daemon scheduling strategy is not supported for Fargate tasks.");
  }
  if (items.length > 0) {
    throw invalidParameter(
      "Specifying a capacity provider strategy is not supported when you create a service using " +
        "the DAEMON scheduling strategy.",
    );
  }
  if (orderedPlacementStrategies.length > 0) {
    throw invalidParameter(
      "The daemon scheduling strategy does not support placement strategies. Remove the placement " +
        "strategy and try again",
    );
  }
  if (placementConstraints.some(({ type }) => type === "distinctInstance")) {
    throw invalidParameter(
      "The daemon scheduling strategy does not support the distinctInstance placement constraint.",
    );
  }
}
