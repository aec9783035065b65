/** The type tokens that rules look for. A resource that several modules export has one for each. */
export const TASK_DEFINITION = "aws:ecs/taskDefinition:TaskDefinition";
export const SERVICE = "aws:ecs/service:Service";
export const TASK_SET = "aws:ecs/taskSet:TaskSet";
export const EXPRESS_SERVICE = "aws:ecs/expressGatewayService:ExpressGatewayService";
export const DAEMON_TASK_DEFINITION = "aws:ecs/daemonTaskDefinition:DaemonTaskDefinition";
export const EVENT_RULE = "aws:cloudwatch/eventRule:EventRule";
export const EVENT_TARGET = "aws:cloudwatch/eventTarget:EventTarget";
export const SCHEDULE = "aws:scheduler/schedule:Schedule";
export const PIPE = "aws:pipes/pipe:Pipe";
export const STATE_MACHINE = "aws:sfn/stateMachine:StateMachine";
/** Not a resource, but tasks that a schedule, an event or a state machine starts (see `made/`). */
export const RUN_TASK = "ecs:RunTask";
/** Everything that runs tasks in security groups. */
export const TASK_RUNNERS = [SERVICE, TASK_SET, RUN_TASK];
export const CLUSTER = "aws:ecs/cluster:Cluster";
export const CLUSTER_CAPACITY_PROVIDERS =
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders";
export const CAPACITY_PROVIDER = "aws:ecs/capacityProvider:CapacityProvider";
export const AUTO_SCALING_GROUP = "aws:autoscaling/group:Group";
export const LAUNCH_TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";
export const LAUNCH_CONFIGURATION = "aws:ec2/launchConfiguration:LaunchConfiguration";
export const INSTANCE = "aws:ec2/instance:Instance";
export const SPOT_INSTANCE = "aws:ec2/spotInstanceRequest:SpotInstanceRequest";
export const SPOT_FLEET = "aws:ec2/spotFleetRequest:SpotFleetRequest";

export const VPC = "aws:ec2/vpc:Vpc";
export const VPCS = ["aws:ec2/vpc:Vpc", "aws:ec2/defaultVpc:DefaultVpc"];
export const VPC_CIDR_ASSOCIATIONS = [
  "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation",
  "aws:ec2/vpcIpv6CidrBlockAssociation:VpcIpv6CidrBlockAssociation",
];
export const SECURITY_GROUP = "aws:ec2/securityGroup:SecurityGroup";
export const DEFAULT_SECURITY_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup";
export const SECURITY_GROUPS = [SECURITY_GROUP, DEFAULT_SECURITY_GROUP];
export const SECURITY_GROUP_RULE = "aws:ec2/securityGroupRule:SecurityGroupRule";
export const INGRESS_RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
export const EGRESS_RULE = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
export const GROUP_VPC_ASSOCIATION =
  "aws:vpc/securityGroupVpcAssociation:SecurityGroupVpcAssociation";
export const PREFIX_LIST = "aws:ec2/managedPrefixList:ManagedPrefixList";
export const PREFIX_LIST_ENTRY = "aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry";

export const FLOW_LOG = "aws:ec2/flowLog:FlowLog";
export const SUBNET = "aws:ec2/subnet:Subnet";
export const NAT_GATEWAY = "aws:ec2/natGateway:NatGateway";
export const EIP = "aws:ec2/eip:Eip";

const ELB_MODULES = ["lb", "alb"];
export const LOAD_BALANCERS = ELB_MODULES.map((name) => `aws:${name}/loadBalancer:LoadBalancer`);
export const LISTENER_RULES = ELB_MODULES.map((name) => `aws:${name}/listenerRule:ListenerRule`);
export const TARGET_GROUPS = ELB_MODULES.map((name) => `aws:${name}/targetGroup:TargetGroup`);
export const LISTENERS = ELB_MODULES.map((name) => `aws:${name}/listener:Listener`);
export const WAF_ASSOCIATION = "aws:wafv2/webAclAssociation:WebAclAssociation";
export const CLASSIC_LOAD_BALANCER = "aws:elb/loadBalancer:LoadBalancer";

export const ROLE = "aws:iam/role:Role";
export const IAM_POLICIES = [
  "rolePolicy:RolePolicy",
  "userPolicy:UserPolicy",
  "groupPolicy:GroupPolicy",
]
  .concat("policy:Policy")
  .map((name) => `aws:iam/${name}`);
export const ROLE_POLICY_ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
/** Everything that attaches a managed policy, except a role's own list. */
export const POLICY_ATTACHMENTS = [
  ROLE_POLICY_ATTACHMENT,
  ...["userPolicyAttachment:UserPolicyAttachment", "groupPolicyAttachment:GroupPolicyAttachment"]
    .concat("policyAttachment:PolicyAttachment")
    .concat(
      ["role", "user", "group"].map((owner) => {
        const Owner = owner.charAt(0).toUpperCase() + owner.slice(1);
        return `${owner}PolicyAttachmentsExclusive:${Owner}PolicyAttachmentsExclusive`;
      }),
    )
    .map((name) => `aws:iam/${name}`),
];
export const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";

export const SSM_PARAMETER = "aws:ssm/parameter:Parameter";
export const SECRET = "aws:secretsmanager/secret:Secret";
export const KMS_KEY = "aws:kms/key:Key";

export const ECR_REPOSITORY = "aws:ecr/repository:Repository";
export const ECR_POLICIES = [
  "aws:ecr/repositoryPolicy:RepositoryPolicy",
  "aws:ecr/registryPolicy:RegistryPolicy",
];
export const ECR_CREATION_TEMPLATE =
  "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate";
export const ECR_LIFECYCLE_POLICY = "aws:ecr/lifecyclePolicy:LifecyclePolicy";
export const EFS = "aws:efs/fileSystem:FileSystem";
export const CODEBUILD_PROJECT = "aws:codebuild/project:Project";
export const PIPELINE = "aws:codepipeline/pipeline:Pipeline";
/** Resources that run programs outside ECS. */
export const BATCH_JOB = "aws:batch/jobDefinition:JobDefinition";
export const LAMBDA_FUNCTION = "aws:lambda/function:Function";
export const APP_RUNNER_SERVICE = "aws:apprunner/service:Service";
export const LIGHTSAIL_CONTAINERS =
  "aws:lightsail/containerServiceDeploymentVersion:ContainerServiceDeploymentVersion";
export const AMPLIFY = ["app:App", "branch:Branch"].map((name) => `aws:amplify/${name}`);
export const GLUE_JOB = "aws:glue/job:Job";
export const BEANSTALK = "aws:elasticbeanstalk/environment:Environment";
export const DEPLOYMENT_GROUP = "aws:codedeploy/deploymentGroup:DeploymentGroup";
