import { call } from "../call";
import { block, type CallsOf, type Inputs, nameOf, when, without } from "./resource";

/** ecs/service.go, expandNetworkConfiguration; scheduler/schedule.go the same. */
export const awsvpc = (network: unknown) => {
  const { assignPublicIp, ...rest } = block(network);
  return network === undefined
    ? undefined
    : {
        awsvpcConfiguration: {
          ...rest,
          assignPublicIp: assignPublicIp === true ? "ENABLED" : "DISABLED",
        },
      };
};

/** ecs/service.go: settings that its schema has next to the deployment's block are part of the block. */
const deploymentOf = (inputs: Inputs) => ({
  ...block(inputs.deploymentConfiguration),
  deploymentCircuitBreaker: inputs.deploymentCircuitBreaker,
  maximumPercent: inputs.deploymentMaximumPercent,
  minimumHealthyPercent: inputs.deploymentMinimumHealthyPercent,
  alarms: inputs.alarms,
});

const serviceOf = (inputs: Inputs) => ({
  ...without(
    inputs,
    "alarms",
    "deploymentCircuitBreaker",
    "deploymentMaximumPercent",
    "deploymentMinimumHealthyPercent",
    "forceDelete",
    "forceNewDeployment",
    "name",
    "sigintRollback",
    "triggers",
    "waitForSteadyState",
  ),
  deploymentConfiguration: deploymentOf(inputs),
  networkConfiguration: awsvpc(inputs.networkConfiguration),
});

const serviceNames = { orderedPlacementStrategies: "placementStrategy" };

/** capacity_provider.go, expandInstanceRequirementsRequest and expandManagedInstancesStorageConfiguration. */
const managedNames = {
  memoryMib: "memoryMiB",
  storageSizeGib: "storageSizeGiB",
  vcpuCount: "vCpuCount",
};

/**
 * Below internal/service/ecs: cluster.go, cluster_capacity_providers.go, capacity_provider.go, express_gateway_service.go,
 * task_definition.go.
 */
export const ecs: Record<string, CallsOf> = {
  "aws:ecs/cluster:Cluster": ({ inputs }) => [
    call("ecs:CreateCluster", inputs, { name: "clusterName" }),
  ],
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": ({ inputs }) => [
    call(
      "ecs:PutClusterCapacityProviders",
      // Both are sent even if they are empty.
      { capacityProviders: [], defaultCapacityProviderStrategies: [], ...inputs },
      { clusterName: "cluster" },
    ),
  ],
  "aws:ecs/capacityProvider:CapacityProvider": ({ inputs }) => [
    call("ecs:CreateCapacityProvider", inputs, managedNames),
    ...when(inputs.managedInstancesProvider, () => {
      const { instanceLaunchTemplate, ...provider } = block(inputs.managedInstancesProvider);
      const template = without(block(instanceLaunchTemplate), "capacityOptionType");
      return call(
        "ecs:UpdateCapacityProvider",
        {
          name: inputs.name,
          cluster: inputs.cluster,
          managedInstancesProvider: { ...provider, instanceLaunchTemplate: template },
        },
        managedNames,
      );
    }),
  ],
  "aws:ecs/taskDefinition:TaskDefinition": ({ inputs }) => [
    call(
      "ecs:RegisterTaskDefinition",
      without(inputs, "skipDestroy", "trackLatest"),
      // A host's path stands for the block around it.
      { hostPath: "host", sizeInGib: "sizeInGiB" },
    ),
  ],
  "aws:ecs/service:Service": (made) => [
    call(
      "ecs:CreateService",
      { ...serviceOf(made.inputs), serviceName: nameOf(made) },
      serviceNames,
    ),
    call(
      "ecs:UpdateService",
      {
        ...without(serviceOf(made.inputs), "launchType", "schedulingStrategy"),
        service: made.arn,
      },
      serviceNames,
    ),
  ],
  "aws:ecs/expressGatewayService:ExpressGatewayService": ({ arn, inputs }) => {
    const sent = without(inputs, "timeouts", "waitForSteadyState");
    const kept = without(sent, "cluster", "infrastructureRoleArn", "serviceName");
    return [
      call("ecs:CreateExpressGatewayService", sent),
      call("ecs:UpdateExpressGatewayService", { ...kept, serviceArn: arn }),
    ];
  },
};

/** appautoscaling/target.go, policy.go, scheduled_action.go. */
export const scaling: Record<string, CallsOf> = {
  "aws:appautoscaling/target:Target": ({ inputs }) => [
    call("application-autoscaling:RegisterScalableTarget", inputs, { roleArn: "RoleARN" }),
  ],
  "aws:appautoscaling/policy:Policy": ({ inputs }) => [
    call("application-autoscaling:PutScalingPolicy", inputs, { name: "PolicyName" }),
  ],
  "aws:appautoscaling/scheduledAction:ScheduledAction": ({ inputs }) => [
    call("application-autoscaling:PutScheduledAction", inputs, { name: "ScheduledActionName" }),
  ],
  "aws:scheduler/schedule:Schedule": (made) => {
    const { target, ...rest } = made.inputs;
    const { ecsParameters, ...where } = block(target);
    const { networkConfiguration, ...run } = block(ecsParameters);
    return [
      call("scheduler:CreateSchedule", {
        ...rest,
        name: nameOf(made),
        target: {
          ...where,
          ...(ecsParameters !== undefined && {
            ecsParameters: { ...run, networkConfiguration: awsvpc(networkConfiguration) },
          }),
        },
      }),
    ];
  },
};

/** autoscaling/group.go, ec2/ec2_launch_template.go. */
export const instances: Record<string, CallsOf> = {
  "aws:autoscaling/group:Group": (made) => {
    const { inputs, tags } = made;
    const name = nameOf(made);
    const refresh = block(inputs.instanceRefresh);
    return [
      call(
        "autoscaling:CreateAutoScalingGroup",
        {
          ...without(inputs, "forceDelete", "instanceRefresh", "name", "waitForCapacityTimeout"),
          autoScalingGroupName: name,
          vpcZoneIdentifiers: (inputs.vpcZoneIdentifiers as string[]).join(","),
          tags: [
            ...(inputs.tags as Inputs[]),
            ...Object.entries(tags).map(([key, value]) => ({
              key,
              value,
              propagateAtLaunch: true,
            })),
          ].map((tag) => ({ ...tag, resourceId: name, resourceType: "auto-scaling-group" })),
        },
        {
          id: "LaunchTemplateId",
          protectFromScaleIn: "NewInstancesProtectedFromScaleIn",
          vpcZoneIdentifiers: "VPCZoneIdentifier",
        },
      ),
      ...when(inputs.instanceRefresh, () =>
        call("autoscaling:StartInstanceRefresh", {
          ...without(refresh, "triggers"),
          autoScalingGroupName: name,
        }),
      ),
    ];
  },
  "aws:ec2/launchTemplate:LaunchTemplate": (made) => {
    const { description, ...data } = without(made.inputs, "name", "updateDefaultVersion");
    return [
      call(
        "ec2:CreateLaunchTemplate",
        {
          launchTemplateName: nameOf(made),
          versionDescription: description,
          launchTemplateData: data,
          tagSpecifications: [{ ResourceType: "launch-template", Tags: made.tags }],
        },
        { securityGroups: "Groups", vpcSecurityGroupIds: "SecurityGroupIds" },
      ),
    ];
  },
};
