import assert from "node:assert/strict";

import type { Account } from "../../../lab/account/account";
import type { ResourceRecord } from "../../../lab/account/record";
import type { Properties } from "../../../lab/account/resourceType";
import { checkInputs, withDefaults } from "../../../lab/account/schema";
import { resourceTypeOf } from "../../../lab/account/types/registry";

export const REGION = "ap-northeast-1";

/** Type tokens by the names that tests use. */
export const TYPES = {
  vpc: "aws:ec2/vpc:Vpc",
  internetGateway: "aws:ec2/internetGateway:InternetGateway",
  subnet: "aws:ec2/subnet:Subnet",
  routeTable: "aws:ec2/routeTable:RouteTable",
  routeTableAssociation: "aws:ec2/routeTableAssociation:RouteTableAssociation",
  route: "aws:ec2/route:Route",
  eip: "aws:ec2/eip:Eip",
  natGateway: "aws:ec2/natGateway:NatGateway",
  securityGroup: "aws:ec2/securityGroup:SecurityGroup",
  securityGroupRule: "aws:ec2/securityGroupRule:SecurityGroupRule",
  ingressRule: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  egressRule: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
  loadBalancer: "aws:lb/loadBalancer:LoadBalancer",
  listener: "aws:lb/listener:Listener",
  listenerRule: "aws:lb/listenerRule:ListenerRule",
  listenerCertificate: "aws:lb/listenerCertificate:ListenerCertificate",
  targetGroup: "aws:lb/targetGroup:TargetGroup",
  cluster: "aws:ecs/cluster:Cluster",
  clusterCapacityProviders: "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
  taskDefinition: "aws:ecs/taskDefinition:TaskDefinition",
  service: "aws:ecs/service:Service",
  expressService: "aws:ecs/expressGatewayService:ExpressGatewayService",
  role: "aws:iam/role:Role",
  openIdConnectProvider: "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
  rolePolicy: "aws:iam/rolePolicy:RolePolicy",
  policy: "aws:iam/policy:Policy",
  instanceProfile: "aws:iam/instanceProfile:InstanceProfile",
  flowLog: "aws:ec2/flowLog:FlowLog",
  webAcl: "aws:wafv2/webAcl:WebAcl",
  webAclAssociation: "aws:wafv2/webAclAssociation:WebAclAssociation",
  launchTemplate: "aws:ec2/launchTemplate:LaunchTemplate",
  autoScalingGroup: "aws:autoscaling/group:Group",
  capacityProvider: "aws:ecs/capacityProvider:CapacityProvider",
  rolePolicyAttachment: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  repository: "aws:ecr/repository:Repository",
  lifecyclePolicy: "aws:ecr/lifecyclePolicy:LifecyclePolicy",
  repositoryPolicy: "aws:ecr/repositoryPolicy:RepositoryPolicy",
  image: "docker-build:index:Image",
  scalableTarget: "aws:appautoscaling/target:Target",
  scalingPolicy: "aws:appautoscaling/policy:Policy",
  scheduledAction: "aws:appautoscaling/scheduledAction:ScheduledAction",
  bucket: "aws:s3/bucket:Bucket",
  publicAccessBlock: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  bucketPolicy: "aws:s3/bucketPolicy:BucketPolicy",
  bucketEncryption:
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  bucketVersioning: "aws:s3/bucketVersioning:BucketVersioning",
  bucketLifecycle: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  bucketOwnership: "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
  bucketObject: "aws:s3/bucketObjectv2:BucketObjectv2",
  project: "aws:codebuild/project:Project",
  pipeline: "aws:codepipeline/pipeline:Pipeline",
  codeRepository: "aws:codecommit/repository:Repository",
  connection: "aws:codeconnections/connection:Connection",
  application: "aws:codedeploy/application:Application",
  deploymentGroup: "aws:codedeploy/deploymentGroup:DeploymentGroup",
  notificationRule: "aws:codestarnotifications/notificationRule:NotificationRule",
  eventRule: "aws:cloudwatch/eventRule:EventRule",
  eventTarget: "aws:cloudwatch/eventTarget:EventTarget",
  schedule: "aws:scheduler/schedule:Schedule",
  queue: "aws:sqs/queue:Queue",
  metricAlarm: "aws:cloudwatch/metricAlarm:MetricAlarm",
  key: "aws:kms/key:Key",
  topic: "aws:sns/topic:Topic",
  topicPolicy: "aws:sns/topicPolicy:TopicPolicy",
  topicSubscription: "aws:sns/topicSubscription:TopicSubscription",
  logGroup: "aws:cloudwatch/logGroup:LogGroup",
  httpNamespace: "aws:servicediscovery/httpNamespace:HttpNamespace",
  secret: "aws:secretsmanager/secret:Secret",
  secretVersion: "aws:secretsmanager/secretVersion:SecretVersion",
  certificate: "aws:acm/certificate:Certificate",
  certificateValidation: "aws:acm/certificateValidation:CertificateValidation",
  zone: "aws:route53/zone:Zone",
  record: "aws:route53/record:Record",
  randomPassword: "random:index/randomPassword:RandomPassword",
} as const;

export type TypeName = keyof typeof TYPES;

/** Creates a resource as the provider would, defaults included. Its inputs must be well formed. */
export function create(
  account: Account,
  name: TypeName,
  inputs: Properties,
  stack = "dev",
): Promise<ResourceRecord> {
  const token = TYPES[name];
  const type = resourceTypeOf(token);
  assert.ok(type, `the account has ${token}`);
  const filled = withDefaults(type.inputs, inputs) as Properties;
  assert.deepEqual(checkInputs(type, filled), []);
  return account.create({
    type: token,
    urn: `urn:pulumi:${stack}::test::${token}::${name}`,
    inputs: filled,
    region: REGION,
  });
}

/** A trust policy that lets AWS services, e.g. `codebuild`, assume a role. */
export function trustPolicy(...services: string[]): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: {
      Effect: "Allow",
      Principal: { Service: services.map((service) => `${service}.amazonaws.com`) },
      Action: "sts:AssumeRole",
    },
  });
}

/** ARN of a target group that does not exist. */
export const NO_TARGET_GROUP =
  "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:targetgroup/none/0123456789abcdef";

export const TRUST_POLICY = trustPolicy("ecs-tasks");

export const CONTAINER = {
  name: "nginx",
  image: "public.ecr.aws/nginx/nginx:1.29",
  portMappings: [{ containerPort: 80 }],
};

export const FARGATE_TASK = {
  family: "handson",
  cpu: "256",
  memory: "512",
  networkMode: "awsvpc",
  requiresCompatibilities: ["FARGATE"],
  containerDefinitions: JSON.stringify([CONTAINER]),
};

/** Everything a Fargate service behind a load balancer needs, and the service. */
export type World = Record<
  | "vpc"
  | "internetGateway"
  | "subnetA"
  | "subnetC"
  | "securityGroup"
  | "loadBalancer"
  | "targetGroup"
  | "listener"
  | "listenerRule"
  | "cluster"
  | "taskDefinition"
  | "service"
  | "role",
  ResourceRecord
>;

export async function createWorld(account: Account): Promise<World> {
  const vpc = await create(account, "vpc", { cidrBlock: "10.0.0.0/16" });
  const internetGateway = await create(account, "internetGateway", { vpcId: vpc.id });
  const subnet = (letter: string, cidrBlock: string) =>
    create(account, "subnet", {
      vpcId: vpc.id,
      availabilityZone: `${REGION}${letter}`,
      cidrBlock,
    });
  const subnetA = await subnet("a", "10.0.0.0/24");
  const subnetC = await subnet("c", "10.0.1.0/24");
  const subnets = [subnetA.id, subnetC.id];
  const securityGroup = await create(account, "securityGroup", { name: "web", vpcId: vpc.id });
  const loadBalancer = await create(account, "loadBalancer", {
    name: "web",
    subnets,
    securityGroups: [securityGroup.id],
  });
  const targetGroup = await create(account, "targetGroup", {
    name: "web",
    port: 80,
    protocol: "HTTP",
    targetType: "ip",
    vpcId: vpc.id,
  });
  const listener = await create(account, "listener", {
    loadBalancerArn: loadBalancer.id,
    port: 80,
    defaultActions: [
      { type: "fixed-response", fixedResponse: { contentType: "text/plain", statusCode: "404" } },
    ],
  });
  const listenerRule = await create(account, "listenerRule", {
    listenerArn: listener.id,
    priority: 10,
    actions: [{ type: "forward", targetGroupArn: targetGroup.id }],
    conditions: [{ pathPattern: { values: ["*"] } }],
  });
  const role = await create(account, "role", { name: "task", assumeRolePolicy: TRUST_POLICY });
  const cluster = await create(account, "cluster", { name: "handson" });
  const taskDefinition = await create(account, "taskDefinition", FARGATE_TASK);
  const service = await create(account, "service", {
    ...serviceInputs({ cluster, taskDefinition, targetGroup, subnets, securityGroup }),
    name: "handson",
  });
  return {
    vpc,
    internetGateway,
    subnetA,
    subnetC,
    securityGroup,
    loadBalancer,
    targetGroup,
    listener,
    listenerRule,
    cluster,
    taskDefinition,
    service,
    role,
  };
}

export function serviceInputs(parts: {
  cluster: ResourceRecord;
  taskDefinition: ResourceRecord;
  targetGroup: ResourceRecord;
  subnets: string[];
  securityGroup: ResourceRecord;
}): Properties {
  return {
    name: "other",
    cluster: parts.cluster.id,
    taskDefinition: parts.taskDefinition.id,
    desiredCount: 1,
    launchType: "FARGATE",
    networkConfiguration: { subnets: parts.subnets, securityGroups: [parts.securityGroup.id] },
    loadBalancers: [
      { targetGroupArn: parts.targetGroup.id, containerName: "nginx", containerPort: 80 },
    ],
  };
}

/** Paths of everything wrong with a resource's inputs, in order. */
export function problemPaths(name: TypeName, inputs: Properties): string[] {
  const type = resourceTypeOf(TYPES[name]);
  assert.ok(type, `the account has ${TYPES[name]}`);
  const problems = checkInputs(type, withDefaults(type.inputs, inputs) as Properties);
  return problems.map(({ path }) => path).sort();
}

/** The message of the error a promise rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<string> {
  let message: string | undefined;
  await promise.catch((error: unknown) => {
    message = (error as Error).message;
  });
  assert.ok(message !== undefined, "expected an error");
  return message;
}

/** Inputs without those that are undefined, with which a patch removes an input. */
export function given(inputs: Properties): Properties {
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== undefined));
}

/** Inputs of a service in this world that CreateService accepts. */
export function goodService(world: World): Properties {
  return serviceInputs({ ...world, subnets: [world.subnetA.id, world.subnetC.id] });
}

export function policyText(statement: Properties): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}

/** A policy statement that lets its role read all objects. */
export const READ = { Effect: "Allow", Action: "s3:GetObject", Resource: "*" };
