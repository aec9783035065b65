import * as autoscaling from "aws-cdk-lib/aws-autoscaling";
import * as ec2 from "aws-cdk-lib/aws-ec2";
import * as ecs from "aws-cdk-lib/aws-ecs";
import * as iam from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";

import type { Shared } from "./foundation";
import { containerOf, createLogging, publicImage, route, serviceOptions } from "./service";

/** The ec2 chapter: nginx on a cluster of instances that grows as tasks need room. */
export function deployEc2(scope: Construct, { vpc, listener }: Shared): void {
  const name = "nginx";
  const props = { name, vpc, listener, priority: 50, hosts: ["nginx.*"] };
  const cluster = new ecs.Cluster(scope, `${name}-cluster`, {
    vpc,
    clusterName: `${name}-dev`,
    containerInsightsV2: ecs.ContainerInsights.ENABLED,
  });
  const capacityProvider = createCapacityProvider(scope, vpc);
  cluster.addAsgCapacityProvider(capacityProvider);
  cluster.addDefaultCapacityProviderStrategy([
    { capacityProvider: capacityProvider.capacityProviderName, weight: 1 },
  ]);
  const taskDefinition = new ecs.Ec2TaskDefinition(scope, `${name}-task`, {
    family: `${name}-dev`,
    networkMode: ecs.NetworkMode.AWS_VPC,
  });
  taskDefinition.addContainer(name, {
    ...containerOf(props, publicImage(), createLogging(scope, props)),
    memoryLimitMiB: 256,
  });
  const service = new ecs.Ec2Service(scope, `${name}-service`, {
    ...serviceOptions(scope, props),
    cluster,
    taskDefinition,
    capacityProviderStrategies: [
      { capacityProvider: capacityProvider.capacityProviderName, weight: 1 },
    ],
    placementStrategies: [
      ecs.PlacementStrategy.spreadAcross(ecs.BuiltInAttributes.AVAILABILITY_ZONE),
      ecs.PlacementStrategy.spreadAcrossInstances(),
    ],
  });
  route(scope, props, service);
}

function createCapacityProvider(scope: Construct, vpc: ec2.Vpc): ecs.AsgCapacityProvider {
  const role = new iam.Role(scope, "instance-role", {
    assumedBy: new iam.ServicePrincipal("ec2.amazonaws.com"),
    managedPolicies: [
      "service-role/AmazonEC2ContainerServiceforEC2Role",
      "AmazonSSMManagedInstanceCore",
    ].map((policy) => iam.ManagedPolicy.fromAwsManagedPolicyName(policy)),
  });
  const launchTemplate = new ec2.LaunchTemplate(scope, "instances", {
    // EC2 looks the image up at each launch.
    machineImage: ec2.MachineImage.resolveSsmParameterAtLaunch(
      "/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id",
    ),
    instanceType: new ec2.InstanceType("t3.micro"),
    role,
    securityGroup: new ec2.SecurityGroup(scope, "instances-security-group", {
      vpc,
      description: "nginx instances",
    }),
    userData: ec2.UserData.forLinux(),
    requireImdsv2: true,
    httpPutResponseHopLimit: 1,
    blockDevices: [
      {
        deviceName: "/dev/xvda",
        volume: ec2.BlockDeviceVolume.ebs(30, {
          volumeType: ec2.EbsDeviceVolumeType.GP3,
          encrypted: true,
        }),
      },
    ],
  });
  const group = new autoscaling.AutoScalingGroup(scope, "group", {
    vpc,
    launchTemplate,
    vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
    minCapacity: 2,
    maxCapacity: 6,
  });
  return new ecs.AsgCapacityProvider(scope, "capacity-provider", {
    capacityProviderName: "nginx-dev",
    autoScalingGroup: group,
    enableManagedScaling: true,
    targetCapacityPercent: 100,
    enableManagedDraining: true,
    enableManagedTerminationProtection: false,
  });
}
