import type { AskedResource } from "../program/mocks";

export const account = "123456789012";
export const region = "ap-northeast-1";

/** An ARN of the account, in its region unless the service has none. */
export const arn = (service: string, rest: string, where = region) =>
  `arn:aws:${service}:${where}:${account}:${rest}`;

type Inputs = Record<string, unknown>;

/** A part of an ARN that is an input: names are known where a call is judged. */
const text = (inputs: Inputs, key: string) => String(inputs[key]);

/** Ids as AWS makes them up, one for each name. */
const idOf = (name: string) => Buffer.from(name).toString("hex").slice(0, 16).padEnd(16, "0");

/** The last part of an ARN. */
const tail = (whole: string) => whole.split(":").slice(5).join(":");

const loadBalancerPath = (inputs: Inputs) =>
  tail(text(inputs, "loadBalancerArn")).replace(/^loadbalancer\//, "");
const listenerPath = (inputs: Inputs) =>
  tail(text(inputs, "listenerArn")).replace(/^listener\//, "");

const bucketName = (inputs: Inputs) => `${text(inputs, "bucketPrefix")}20260731000000000000000001`;

/**
 * ARNs of the types that have one, in the form that AWS's Service Authorization Reference gives, from what the program
 * asks for.
 */
const arns: Record<string, (inputs: Inputs, name: string) => string> = {
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
    arn("codeconnections", `connection/${idOf(name)}`),
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
    arn("ec2", `launch-template/lt-${idOf(name)}`),
  "aws:ec2/securityGroup:SecurityGroup": (_, name) => arn("ec2", `security-group/sg-${idOf(name)}`),
  "aws:ecr/repository:Repository": (inputs) => arn("ecr", `repository/${text(inputs, "name")}`),
  "aws:ecs/capacityProvider:CapacityProvider": (inputs) =>
    arn("ecs", `capacity-provider/${text(inputs, "name")}`),
  "aws:ecs/cluster:Cluster": (inputs) => arn("ecs", `cluster/${text(inputs, "name")}`),
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
  "aws:kms/key:Key": (_, name) => arn("kms", `key/${idOf(name)}`),
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
    arn("ec2", `security-group-rule/sgr-${idOf(name)}`),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": (_, name) =>
    arn("ec2", `security-group-rule/sgr-${idOf(name)}`),
};

/** The ARN of a resource, if its type has one. */
export const arnOf = ({ type, inputs, name }: Pick<AskedResource, "type" | "inputs" | "name">) =>
  arns[type]?.(inputs, name);

/** What an account makes of a resource: an ARN like AWS's, and what else tells where it is. */
export function accountStates(type: string, name: string, inputs: Inputs): Record<string, unknown> {
  const own = arnOf({ type, inputs, name });
  return {
    ...(own !== undefined && { arn: own }),
    ...more[type]?.(inputs, own ?? ""),
  };
}

const registry = `${account}.dkr.ecr.${region}.amazonaws.com`;

const more: Record<string, (inputs: Inputs, own: string) => Record<string, unknown>> = {
  "aws:ecr/repository:Repository": (inputs) => ({
    repositoryUrl: `${registry}/${text(inputs, "name")}`,
  }),
  "aws:ecs/taskDefinition:TaskDefinition": (_, own) => ({
    arnWithoutRevision: own.replace(/:\d+$/, ""),
  }),
  "aws:s3/bucket:Bucket": (inputs) => ({ bucket: bucketName(inputs) }),
  "aws:secretsmanager/secret:Secret": (_, own) => ({ id: own }),
  "aws:secretsmanager/secretVersion:SecretVersion": (inputs) => ({
    secretArn: text(inputs, "secretId"),
  }),
  "awsx:ecr:Image": (inputs) => ({ imageUri: `${text(inputs, "repositoryUrl")}@sha256:0` }),
};
