import { createHash } from "node:crypto";

import type { AskedResource } from "../program/mocks";

export const account = "123456789012";
export const region = "ap-northeast-1";

/** An ARN of the account, in its region unless the service has none. */
export const arn = (service: string, rest: string, where = region) =>
  `arn:aws:${service}:${where}:${account}:${rest}`;

type Inputs = Record<string, unknown>;

/** An input that is a part of an ARN: names are known when a call is judged. */
const text = (inputs: Inputs, key: string) => String(inputs[key]);

/** Hexadecimal digits such as AWS makes up, different for each name. */
const digits = (name: string, count: number) =>
  createHash("sha256").update(name).digest("hex").slice(0, count);
const idOf = (name: string) => digits(name, 16);
const ec2Id = (prefix: string, name: string) => `${prefix}-${digits(name, 17)}`;
const uuid = (name: string) =>
  digits(name, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");

/** The last part of an ARN. */
const tail = (whole: string) => whole.split(":").slice(5).join(":");

const loadBalancerPath = (inputs: Inputs) =>
  tail(text(inputs, "loadBalancerArn")).replace(/^loadbalancer\//, "");
const listenerPath = (inputs: Inputs) =>
  tail(text(inputs, "listenerArn")).replace(/^listener\//, "");

/** An S3 bucket's name: the prefix and 26 digits, as the provider generates it. */
const bucketName = (inputs: Inputs) => `${text(inputs, "bucketPrefix")}20260731000000000000000001`;

/**
 * ARNs of the types that have one, in the form that AWS's Service Authorization Reference gives, from the program's
 * inputs.
 */
const arns: Record<string, (inputs: Inputs, name: string) => string> = {
  "aws:acm/certificate:Certificate": (_, name) => arn("acm", `certificate/${uuid(name)}`),
  "aws:autoscaling/group:Group": (inputs, name) =>
    arn(
      "autoscaling",
      `autoScalingGroup:${idOf(name)}:autoScalingGroupName/${text(inputs, "name")}`,
    ),
  "aws:cloudwatch/eventRule:EventRule": (inputs) => arn("events", `rule/${text(inputs, "name")}`),
  "aws:cloudwatch/logGroup:LogGroup": (inputs) => arn("logs", `log-group:${text(inputs, "name")}`),
  "aws:codebuild/project:Project": (inputs) => arn("codebuild", `project/${text(inputs, "name")}`),
  "aws:codecommit/repository:Repository": (inputs) =>
    arn("codecommit", text(inputs, "repositoryName")),
  "aws:codeconnections/connection:Connection": (_, name) =>
    arn("codeconnections", `connection/${uuid(name)}`),
  "aws:codedeploy/application:Application": (inputs) =>
    arn("codedeploy", `application:${text(inputs, "name")}`),
  "aws:codedeploy/deploymentGroup:DeploymentGroup": (inputs) =>
    arn(
      "codedeploy",
      `deploymentgroup:${text(inputs, "appName")}/${text(inputs, "deploymentGroupName")}`,
    ),
  "aws:codepipeline/pipeline:Pipeline": (inputs) => arn("codepipeline", text(inputs, "name")),
  "aws:codestarnotifications/notificationRule:NotificationRule": (_, name) =>
    arn("codestar-notifications", `notificationrule/${idOf(name)}`),
  "aws:ec2/launchTemplate:LaunchTemplate": (_, name) =>
    arn("ec2", `launch-template/${ec2Id("lt", name)}`),
  "aws:ec2/securityGroup:SecurityGroup": (_, name) =>
    arn("ec2", `security-group/${ec2Id("sg", name)}`),
  "aws:ecr/repository:Repository": (inputs) => arn("ecr", `repository/${text(inputs, "name")}`),
  "aws:ecs/capacityProvider:CapacityProvider": (inputs) =>
    arn("ecs", `capacity-provider/${text(inputs, "name")}`),
  "aws:ecs/cluster:Cluster": (inputs) => arn("ecs", `cluster/${text(inputs, "name")}`),
  "aws:ecs/expressGatewayService:ExpressGatewayService": (inputs) =>
    arn("ecs", `service/${text(inputs, "cluster")}/${text(inputs, "serviceName")}`),
  "aws:ecs/service:Service": (inputs) =>
    arn(
      "ecs",
      `service/${tail(text(inputs, "cluster")).replace(/^cluster\//, "")}/${text(inputs, "name")}`,
    ),
  "aws:ecs/taskDefinition:TaskDefinition": (inputs) =>
    arn("ecs", `task-definition/${text(inputs, "family")}:1`),
  "aws:iam/instanceProfile:InstanceProfile": (inputs) =>
    arn("iam", `instance-profile/${text(inputs, "name")}`, ""),
  "aws:iam/policy:Policy": (inputs) => arn("iam", `policy/${text(inputs, "name")}`, ""),
  "aws:iam/role:Role": (inputs) => arn("iam", `role/${text(inputs, "name")}`, ""),
  "aws:kms/key:Key": (_, name) => arn("kms", `key/${uuid(name)}`),
  "aws:lb/listener:Listener": (inputs, name) =>
    arn("elasticloadbalancing", `listener/${loadBalancerPath(inputs)}/${idOf(name)}`),
  "aws:lb/listenerRule:ListenerRule": (inputs, name) =>
    arn("elasticloadbalancing", `listener-rule/${listenerPath(inputs)}/${idOf(name)}`),
  "aws:lb/loadBalancer:LoadBalancer": (inputs, name) =>
    arn("elasticloadbalancing", `loadbalancer/app/${text(inputs, "name")}/${idOf(name)}`),
  "aws:lb/targetGroup:TargetGroup": (inputs, name) =>
    arn("elasticloadbalancing", `targetgroup/${text(inputs, "name")}/${idOf(name)}`),
  "aws:s3/bucket:Bucket": (inputs) => `arn:aws:s3:::${bucketName(inputs)}`,
  "aws:scheduler/schedule:Schedule": (inputs) =>
    arn("scheduler", `schedule/default/${text(inputs, "name")}`),
  "aws:sqs/queue:Queue": (_, name) => arn("sqs", name),
  "aws:secretsmanager/secret:Secret": (inputs) =>
    arn("secretsmanager", `secret:${text(inputs, "name")}-AbCdEf`),
  "aws:servicediscovery/httpNamespace:HttpNamespace": (_, name) =>
    arn("servicediscovery", `namespace/ns-${idOf(name)}`),
  "aws:sns/topic:Topic": (inputs) => arn("sns", text(inputs, "name")),
  "aws:sns/topicSubscription:TopicSubscription": (inputs, name) =>
    `${text(inputs, "topic")}:${idOf(name)}`,
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": (_, name) =>
    arn("ec2", `security-group-rule/${ec2Id("sgr", name)}`),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": (_, name) =>
    arn("ec2", `security-group-rule/${ec2Id("sgr", name)}`),
};

/** The ARN of a resource, if its type has one. */
export const arnOf = ({ type, inputs, name }: Pick<AskedResource, "type" | "inputs" | "name">) =>
  arns[type]?.(inputs, name);

const byName = (inputs: Inputs) => text(inputs, "name");

/** Ids of the types whose id is not their ARN, in the form that the provider gives. */
const ids: Record<string, (inputs: Inputs, name: string) => string> = {
  "aws:autoscaling/group:Group": byName,
  "aws:cloudwatch/eventRule:EventRule": byName,
  "aws:cloudwatch/logGroup:LogGroup": byName,
  "aws:codecommit/repository:Repository": (inputs) => text(inputs, "repositoryName"),
  "aws:ec2/internetGateway:InternetGateway": (_, name) => ec2Id("igw", name),
  "aws:ec2/launchTemplate:LaunchTemplate": (_, name) => ec2Id("lt", name),
  "aws:ec2/natGateway:NatGateway": (_, name) => ec2Id("nat", name),
  "aws:ec2/routeTable:RouteTable": (_, name) => ec2Id("rtb", name),
  "aws:ec2/securityGroup:SecurityGroup": (_, name) => ec2Id("sg", name),
  "aws:ec2/subnet:Subnet": (_, name) => ec2Id("subnet", name),
  "aws:ec2/vpc:Vpc": (_, name) => ec2Id("vpc", name),
  "aws:ecr/repository:Repository": byName,
  "aws:iam/instanceProfile:InstanceProfile": byName,
  "aws:iam/role:Role": byName,
  "aws:kms/key:Key": (_, name) => uuid(name),
  "aws:s3/bucket:Bucket": bucketName,
  "aws:servicediscovery/httpNamespace:HttpNamespace": (_, name) => `ns-${idOf(name)}`,
};

/** The id of a resource, by which others refer to it. */
export const idOfResource = ({
  type,
  inputs,
  name,
}: Pick<AskedResource, "type" | "inputs" | "name">): string =>
  ids[type]?.(inputs, name) ?? arns[type]?.(inputs, name) ?? `${name}-id`;

/** The outputs that an account adds to a resource: an id and an ARN like AWS's, and what else identifies it. */
export function accountStates(type: string, name: string, inputs: Inputs): Record<string, unknown> {
  const own = arnOf({ type, inputs, name });
  return {
    id: idOfResource({ type, inputs, name }),
    ...(own !== undefined && { arn: own }),
    ...more[type]?.(inputs, own ?? "", name),
  };
}

const registry = `${account}.dkr.ecr.${region}.amazonaws.com`;
const digest = `sha256:${"0".repeat(64)}`;

/** The part of an ARN by which CloudWatch and Application Auto Scaling refer to it. */
const suffix = (own: string, type: string) => tail(own).replace(`${type}/`, "");

const subnetsOf = (name: string, kind: string) =>
  ["1", "2"].map((zone) => ec2Id("subnet", `${name}-${kind}-${zone}`));

/** The VPC of the class's stack. */
export const sharedVpcId = ec2Id("vpc", "class");

const sharedNetwork = {
  vpcId: sharedVpcId,
  taskSubnetIds: subnetsOf("class", "private"),
  dnsName: `class.${region}.elb.amazonaws.com`,
  listenerArn: arn("elasticloadbalancing", `listener/app/class/${idOf("class")}/${idOf("http")}`),
  arnSuffix: `app/class/${idOf("class")}`,
  securityGroupId: ec2Id("sg", "class"),
};

const more: Record<string, (inputs: Inputs, own: string, name: string) => Record<string, unknown>> =
  {
    "aws:ec2/eip:Eip": (_, __, name) => ({ allocationId: ec2Id("eipalloc", name) }),
    "aws:ecr/repository:Repository": (inputs) => ({
      repositoryUrl: `${registry}/${text(inputs, "name")}`,
    }),
    "aws:ecs/taskDefinition:TaskDefinition": (_, own) => ({
      arnWithoutRevision: own.replace(/:\d+$/, ""),
    }),
    "aws:lb/loadBalancer:LoadBalancer": (_, own) => ({ arnSuffix: suffix(own, "loadbalancer") }),
    "aws:lb/targetGroup:TargetGroup": (_, own) => ({ arnSuffix: tail(own) }),
    "aws:s3/bucket:Bucket": (inputs) => ({ bucket: bucketName(inputs) }),
    "aws:secretsmanager/secretVersion:SecretVersion": (inputs) => ({
      secretArn: text(inputs, "secretId"),
    }),
    "pulumi:pulumi:StackReference": () => ({ outputs: { network: sharedNetwork } }),
    "awsx:ec2:Vpc": (_, __, name) => ({
      vpcId: ec2Id("vpc", name),
      privateSubnetIds: subnetsOf(name, "private"),
      publicSubnetIds: subnetsOf(name, "public"),
    }),
    "awsx:ecr:Image": (inputs) => ({ imageUri: `${text(inputs, "repositoryUrl")}@${digest}` }),
  };
