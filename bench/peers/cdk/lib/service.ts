import { Duration, RemovalPolicy } from "aws-cdk-lib";
import * as ec2 from "aws-cdk-lib/aws-ec2";
import * as ecs from "aws-cdk-lib/aws-ecs";
import * as elb from "aws-cdk-lib/aws-elasticloadbalancingv2";
import * as logs from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";

import type { Shared } from "./foundation";

/** The public image that services start from. */
export const publicImage = () =>
  ecs.ContainerImage.fromRegistry("public.ecr.aws/docker/library/nginx:1.30.6-alpine");

/** What the services of all chapters have in common. */
export interface ServiceProps extends Pick<Shared, "vpc" | "listener"> {
  name: string;
  priority: number;
  paths?: string[];
  hosts?: string[];
  port?: number;
  healthCheckPath?: string;
}

/** The service's log group, as a log driver for its containers. */
export function createLogging(scope: Construct, { name }: ServiceProps): ecs.LogDriver {
  const logGroup = new logs.LogGroup(scope, `${name}-logs`, {
    logGroupName: `/ecs/${name}-dev`,
    retention: logs.RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  return ecs.LogDrivers.awsLogs({ streamPrefix: name, logGroup });
}

/** The service's own container. */
export function containerOf(
  props: ServiceProps,
  image: ecs.ContainerImage,
  logging: ecs.LogDriver,
): ecs.ContainerDefinitionOptions {
  const { name, port = 80 } = props;
  return {
    image,
    logging,
    containerName: name,
    // Service Connect refers to the port by this name.
    portMappings: [{ name, containerPort: port, appProtocol: ecs.AppProtocol.http }],
  };
}

/** Settings that services share on Fargate and on instances. */
export function serviceOptions(scope: Construct, props: ServiceProps) {
  const { name, vpc, port = 80 } = props;
  const securityGroup = new ec2.SecurityGroup(scope, `${name}-security-group`, {
    vpc,
    description: `${name} tasks`,
  });
  securityGroup.addIngressRule(ec2.Peer.ipv4(vpc.vpcCidrBlock), ec2.Port.tcp(port), "From the VPC");
  return {
    serviceName: `${name}-dev`,
    desiredCount: 1,
    minHealthyPercent: 100,
    maxHealthyPercent: 200,
    circuitBreaker: { enable: true, rollback: true },
    securityGroups: [securityGroup],
    vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
    healthCheckGracePeriod: Duration.seconds(30),
    enableExecuteCommand: true,
    enableECSManagedTags: true,
    propagateTags: ecs.PropagatedTagSource.SERVICE,
  };
}

/** The target group of a service, and the listener's rule that sends requests to it. */
export function route(
  scope: Construct,
  props: ServiceProps,
  service: ecs.BaseService & elb.IApplicationLoadBalancerTarget,
): void {
  const { name, vpc, listener, priority, paths = ["/*"], hosts, port = 80 } = props;
  const targetGroup = new elb.ApplicationTargetGroup(scope, `${name}-targets`, {
    vpc,
    port,
    protocol: elb.ApplicationProtocol.HTTP,
    targetType: elb.TargetType.IP,
    deregistrationDelay: Duration.seconds(15),
    targets: [service],
    healthCheck: {
      path: props.healthCheckPath ?? "/",
      healthyHttpCodes: "200",
      interval: Duration.seconds(10),
      timeout: Duration.seconds(5),
      healthyThresholdCount: 2,
      unhealthyThresholdCount: 3,
    },
  });
  const rule = new elb.ApplicationListenerRule(scope, `${name}-rule`, {
    listener,
    priority,
    conditions: [
      elb.ListenerCondition.pathPatterns(paths),
      ...(hosts ? [elb.ListenerCondition.hostHeaders(hosts)] : []),
    ],
    action: elb.ListenerAction.forward([targetGroup]),
  });
  // A service can only use a target group that is attached to a listener.
  service.node.addDependency(rule);
}
