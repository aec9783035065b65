import { capacityProvider } from "./capacityProvider";
import { cluster } from "./cluster";
import { clusterCapacityProviders } from "./clusterCapacityProviders";
import { expressGatewayService } from "./express/expressGatewayService";
import { service } from "./service";
import { taskDefinition } from "./taskDefinition";

export const ecsTypes = [
  cluster,
  taskDefinition,
  service,
  expressGatewayService,
  capacityProvider,
  clusterCapacityProviders,
];
