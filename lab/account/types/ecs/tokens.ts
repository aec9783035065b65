export const CLUSTER = "aws:ecs/cluster:Cluster";
export const SERVICE = "aws:ecs/service:Service";
export const EXPRESS_SERVICE = "aws:ecs/expressGatewayService:ExpressGatewayService";
export const TASK_DEFINITION = "aws:ecs/taskDefinition:TaskDefinition";
export const CAPACITY_PROVIDER = "aws:ecs/capacityProvider:CapacityProvider";
export const CLUSTER_CAPACITY_PROVIDERS =
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders";
