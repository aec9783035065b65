export {
  type Capacity,
  capacityRequest,
  type CapacityShare,
  type CapacityStrategy,
} from "./cluster/capacity";
export { type DeploymentStrategy, type StrategyArgs } from "./service/deploymentStrategy";
export { CallerGroup, type CallerGroupArgs } from "./network/callerGroup";
export { CicdPipeline, type CicdPipelineArgs } from "./pipeline/cicdPipeline";
export { type CodeDeployConfiguration } from "./shared/codeDeployConfiguration";
export { type DeployTarget } from "./service/deployTarget";
export { Ec2Cluster, type Ec2ClusterArgs } from "./cluster/ec2Cluster";
export { Ec2Service, type Ec2ServiceArgs } from "./service/ec2Service";
export { type EcsServiceArgs } from "./service/serviceArgs";
export { type DomainArgs } from "./network/domainCertificate";
export { FargateCluster, type FargateClusterArgs } from "./cluster/fargateCluster";
export { FargateService, type FargateServiceArgs } from "./service/fargateService";
export { type ImageArgs, ImageRepository, type ImageRepositoryArgs } from "./image/imageRepository";
export { type ImageSource } from "./shared/imageSource";
export { LoadBalancer, type LoadBalancerArgs } from "./network/loadBalancer";
export { type PipelineSource } from "./pipeline/source";
export { type NatGateways, Network, type NetworkArgs } from "./network/network";
export { RandomSecret, type RandomSecretArgs } from "./service/randomSecret";
export { type ServiceConnect } from "./service/serviceConnect";
export { type TargetGroupSlot } from "./shared/targetGroupNames";
export { type SecretSource, type Secrets } from "./service/taskSecrets";
export {
  type ScalingRules,
  type ScalingSchedule,
  ServiceAutoscaling,
  type ServiceAutoscalingArgs,
} from "./service/serviceAutoscaling";
