import {
  AUTO_SCALING_GROUP,
  CAPACITY_PROVIDER,
  CLUSTER,
  DEFAULT_SECURITY_GROUP,
  EXPRESS_SERVICE,
  INGRESS_RULE,
  LAUNCH_TEMPLATE,
  LISTENERS,
  LOAD_BALANCERS,
  LOG_GROUP,
  PREFIX_LIST,
  ROLE,
  SECURITY_GROUP,
  SECURITY_GROUP_RULE,
  SERVICE,
  TASK_DEFINITION,
  VPCS,
} from "../../../policies/graph/tokens";

export const SUBNETS = ["aws:ec2/subnet:Subnet", "aws:ec2/defaultSubnet:DefaultSubnet"];
export const INTERNET_GATEWAY = "aws:ec2/internetGateway:InternetGateway";
export const NAT_GATEWAY = "aws:ec2/natGateway:NatGateway";
export const ROUTE = "aws:ec2/route:Route";
export const ROUTE_TABLE = "aws:ec2/routeTable:RouteTable";
export const ROUTE_TABLE_ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation";
export const EGRESS_RULE = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";

export const LISTENER_RULES = ["lb", "alb"].map((name) => `aws:${name}/listenerRule:ListenerRule`);
export const TARGET_GROUPS = ["lb", "alb"].map((name) => `aws:${name}/targetGroup:TargetGroup`);

const CAPACITY_OF_CLUSTER = "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders";
export const INSTANCE_PROFILE = "aws:iam/instanceProfile:InstanceProfile";
export const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";
export const SCALING_TARGET = "aws:appautoscaling/target:Target";
export const SCALING_POLICY = "aws:appautoscaling/policy:Policy";
export const SCHEDULED_ACTION = "aws:appautoscaling/scheduledAction:ScheduledAction";

/** Types that are part of another box, as a line in it, or that an arrow is derived from. */
export const PART_TYPES: readonly string[] = [
  ...LISTENERS,
  ...LISTENER_RULES,
  TASK_DEFINITION,
  LOG_GROUP,
  CAPACITY_PROVIDER,
  LAUNCH_TEMPLATE,
  SCALING_TARGET,
  SCALING_POLICY,
  SCHEDULED_ACTION,
  SECURITY_GROUP,
  DEFAULT_SECURITY_GROUP,
  SECURITY_GROUP_RULE,
  INGRESS_RULE,
  EGRESS_RULE,
  PREFIX_LIST,
  ROUTE,
  ROUTE_TABLE_ASSOCIATION,
  ROLE,
];

/** Types that have a box, except those in `regional.ts`. */
export const BOX_TYPES: readonly string[] = [
  ...VPCS,
  ...SUBNETS,
  INTERNET_GATEWAY,
  NAT_GATEWAY,
  ...LOAD_BALANCERS,
  ...TARGET_GROUPS,
  CLUSTER,
  SERVICE,
  AUTO_SCALING_GROUP,
  EXPRESS_SERVICE,
];

/**
 * Types that are omitted on purpose, with the reason. A type in none of the lists is reported as "not drawn" on
 * standard error and in the picture's description.
 */
export const NOT_DRAWN: Readonly<Record<string, string>> = {
  [ROUTE_TABLE]: "its routes decide what is public; the table itself says nothing more",
  [CAPACITY_OF_CLUSTER]: "the services and instances show which capacity they use",
  "aws:ec2/eip:Eip": "the address of a NAT gateway",
  "aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry": "belongs to its prefix list",
  "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation": "a further block of the VPC",
  "aws:ec2/vpcIpv6CidrBlockAssociation:VpcIpv6CidrBlockAssociation": "a further block of the VPC",
  [INSTANCE_PROFILE]: "hands a role to instances",
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": "who may take roles from outside",
  "aws:iam/policy:Policy": "what roles may do has no place in the picture",
  [ROLE_POLICY]: "what roles may do has no place in the picture",
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment":
    "what roles may do has no place in the picture",
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": "how long a repository keeps images",
  "aws:ecr/repositoryPolicy:RepositoryPolicy": "who may use a repository",
  "docker-build:index:Image": "an image in a repository",
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": "a setting of its bucket",
  "aws:s3/bucketPolicy:BucketPolicy": "a setting of its bucket",
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration":
    "a setting of its bucket",
  "aws:s3/bucketVersioning:BucketVersioning": "a setting of its bucket",
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": "a setting of its bucket",
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": "a setting of its bucket",
  "aws:s3/bucketObjectv2:BucketObjectv2": "a file in a bucket",
  "aws:secretsmanager/secretVersion:SecretVersion": "the value of a secret is nobody's business",
  "random:index/randomPassword:RandomPassword": "the value of a secret is nobody's business",
  "aws:secretsmanager/secretPolicy:SecretPolicy": "who may read a secret",
  "aws:codedeploy/application:Application": "a name around its deployment groups",
  "aws:sns/topicPolicy:TopicPolicy": "who may publish to a topic",
  "aws:acm/certificate:Certificate": "what an HTTPS listener shows",
  "aws:acm/certificateValidation:CertificateValidation": "waits for a certificate",
  "aws:route53/zone:Zone": "names around those that are drawn",
  "aws:route53/record:Record": "a name of what is drawn",
  "aws:ec2/flowLog:FlowLog": "writes down who talks to whom",
  "aws:lb/listenerCertificate:ListenerCertificate": "a further certificate of an HTTPS listener",
  "aws:wafv2/webAcl:WebAcl": "judges requests before the load balancer takes them",
  "aws:wafv2/webAclAssociation:WebAclAssociation": "puts a web ACL before a load balancer",
  "aws:cloudwatch/metricAlarm:MetricAlarm": "watches a metric of what is drawn",
};
