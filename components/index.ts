export { type Capacity, type CapacityShare, type CapacityStrategy } from "./capacity";
export { type DeploymentStrategy, type StrategyArgs } from "./deploymentStrategy";
export { CicdPipeline, type CicdPipelineArgs } from "./cicdPipeline";
export { type CodeDeployConfiguration } from "./codeDeployConfiguration";
export { type DeployTarget } from "./deployTarget";
export { Ec2Cluster, type Ec2ClusterArgs } from "./ec2Cluster";
export { Ec2Service, type Ec2ServiceArgs } from "./ec2Service";
export { type EcsServiceArgs } from "./ecsService";
export { FargateCluster, type FargateClusterArgs } from "./fargateCluster";
export { FargateService, type FargateServiceArgs } from "./fargateService";
export { type ImageArgs, ImageRepository, type ImageRepositoryArgs } from "./imageRepository";
export { type ImageSource } from "./imageSource";
export { LoadBalancer, type LoadBalancerArgs } from "./loadBalancer";
export { type PipelineSource } from "./pipelineSource";
export { type NatGateways, Network, type NetworkArgs } from "./network";
export { RandomSecret, type RandomSecretArgs } from "./randomSecret";
export { type ServiceConnect } from "./serviceConnect";
export { type SecretSource, type Secrets } from "./taskSecrets";
export {
  type ScalingRules,
  type ScalingSchedule,
  ServiceAutoscaling,
  type ServiceAutoscalingArgs,
} from "./serviceAutoscaling";
