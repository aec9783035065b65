import { clients } from "../../clients";
import type { ApiService } from "../../service";
import { clusterOperations } from "./clusters";
import { deploymentOperations } from "./deployments";
import { execOperations } from "./exec";
import { expressOperations } from "./expressServices";
import { serviceOperations } from "./services";
import { taskDefinitionOperations } from "./taskDefinitions";
import { taskOperations } from "./tasks";

export const ecs: ApiService = {
  title: "Amazon ECS",
  signingName: "ecs",
  protocol: "json",
  target: "AmazonEC2ContainerServiceV20141113",
  invalidCode: "InvalidParameterException",
  model: clients.ecs,
  refused: { ListServices: ["resourceManagementType"] },
  operations: {
    ...clusterOperations,
    ...serviceOperations,
    ...taskDefinitionOperations,
    ...taskOperations,
    ...execOperations,
    ...deploymentOperations,
    ...expressOperations,
  },
};
