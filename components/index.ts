export {
  type Capacity,
  capacityRequest,
  type CapacityShare,
  type CapacityStrategy,
} from "./cluster/capacity";
export { type DeploymentStrategy, type StrategyArgs } from "./service/deploymentStrategy";
export { CallerGroup, type CallerGroupArgs, type CallerGroupInputs } from "./network/callerGroup";
export {
  CicdPipeline,
  type CicdPipelineArgs,
  type CicdPipelineInputs,
  type PipelineTransform,
} from "./pipeline/cicdPipeline";
export { type CodeDeployConfiguration } from "./shared/codeDeployConfiguration";
export {
  ContainerCondition,
  type ContainerDependency,
  type ContainerHealthCheck,
  type ContainerSettings,
  type EfsVolumeConfiguration,
  type Environment,
  type FirelensConfiguration,
  FirelensType,
  type KernelCapabilities,
  type LinuxParameters,
  type LogConfiguration,
  LogDriver,
  type MountPoint,
  type Sidecar,
  type SidecarSettings,
  type Tmpfs,
  type Ulimit,
  type Volume,
} from "./task/containerArgs";
export { type DeployTarget } from "./service/deployTarget";
export {
  Ec2Cluster,
  type Ec2ClusterArgs,
  type Ec2ClusterInputs,
  type Ec2ClusterTransform,
} from "./cluster/ec2Cluster";
export { Ec2Service, type Ec2ServiceArgs, type Ec2ServiceInputs } from "./service/ec2Service";
export {
  type EcsServiceArgs,
  type ServiceLoadBalancer,
  type ServiceTarget,
  type ServiceTransform,
} from "./service/serviceArgs";
export {
  type ExpressScaling,
  type ExpressServiceArgs,
  type ExpressServiceInputs,
  type ExpressServiceTransform,
} from "./service/expressArgs";
export { type ExpressCommands, ExpressService } from "./service/expressService";
export { type DomainArgs } from "./network/domainCertificate";
export {
  FargateCluster,
  type FargateClusterArgs,
  type FargateClusterInputs,
  type FargateClusterTransform,
} from "./cluster/fargateCluster";
export {
  FargateService,
  type FargateServiceArgs,
  type FargateServiceInputs,
  type FargateServiceTransform,
} from "./service/fargateService";
export {
  FargateTask,
  type FargateTaskArgs,
  type FargateTaskInputs,
  type TaskCommands,
} from "./task/fargateTask";
export {
  type ImageArgs,
  ImageRepository,
  type ImageRepositoryArgs,
  type ImageRepositoryInputs,
  type ImageRepositoryTransform,
} from "./image/imageRepository";
export { type ImageSource } from "./shared/imageSource";
export {
  type AccessLogs,
  LoadBalancer,
  type LoadBalancerArgs,
  type LoadBalancerInputs,
  type LoadBalancerNetwork,
  type LoadBalancerTransform,
} from "./network/loadBalancer";
export {
  type CapacityOptionType,
  ManagedInstancesCluster,
  type ManagedInstancesClusterArgs,
  type ManagedInstancesClusterInputs,
  type ManagedInstancesClusterTransform,
} from "./cluster/managedInstancesCluster";
export { type InstanceRange, type InstanceRequirements } from "./cluster/instanceRequirements";
export {
  ManagedInstancesService,
  type ManagedInstancesServiceArgs,
  type ManagedInstancesServiceInputs,
} from "./service/managedInstancesService";
export { MetricStatistic, type ScalingMetric } from "./service/ownMetrics";
export { type PipelineSource } from "./pipeline/source";
export {
  type FlowLogs,
  type NatGateways,
  Network,
  type NetworkArgs,
  type NetworkInputs,
  type NetworkTransform,
} from "./network/network";
export { type PolicyCondition, type PolicyStatement } from "./shared/policyStatement";
export {
  RandomSecret,
  type RandomSecretArgs,
  type RandomSecretInputs,
  type RandomSecretTransform,
} from "./task/randomSecret";
export {
  ScheduledTask,
  type ScheduledTaskArgs,
  type ScheduledTaskInputs,
  type ScheduledTaskTransform,
  type ScheduleRetryPolicy,
} from "./task/scheduledTask";
export { type ServiceConnect } from "./service/serviceConnect";
export {
  ProtocolVersion,
  type TargetGroupSettings,
  type TargetHealthCheck,
} from "./service/targetGroupArgs";
export { type TargetGroupSlot } from "./shared/targetGroupNames";
export { type SecretSource, type Secrets } from "./task/taskSecrets";
export { type Egress, type TaskArgs, type TaskTransform } from "./task/taskArgs";
export { type Transform } from "./shared/transform";
export {
  type AutoscalingTransform,
  type ScalingRules,
  type ScalingSchedule,
  ServiceAutoscaling,
  type ServiceAutoscalingArgs,
  type ServiceAutoscalingInputs,
} from "./service/serviceAutoscaling";
