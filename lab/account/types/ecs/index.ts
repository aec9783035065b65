import { capacityProvider } from "./capacityProvider";
import { cluster } from "./cluster";
import { clusterCapacityProviders } from "./clusterCapacityProviders";
import { service } from "./service";
import { taskDefinition } from "./taskDefinition";

export const ecsTypes = [
  cluster,
  taskDefinition,
  service,
  capacityProvider,
  clusterCapacityProviders,
];
