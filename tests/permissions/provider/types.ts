/** What the provider calls for a type, in groups of `service:Action,Action`, by what the actions are about. */
export interface TypeCalls {
  /** File of terraform-provider-aws, below internal/service, in which they are made. */
  source: string;
  /** About a resource that does not exist yet, and gets the program's tags. */
  makes?: string;
  /** About an existing one, to read, change, tag and delete it. */
  uses: string;
  /** About other resources, by the names that `otherCalls` in `calls.ts` has for them. */
  others?: string[];
}

const tags = "ListTagsForResource,TagResource,UntagResource";

/**
 * The calls that create, read, update and delete each type that the program has. What has tags is tagged again when a
 * setting such as `expires` changes them.
 */
export const typeCalls: Record<string, TypeCalls> = {
  "aws:acm/certificate:Certificate": {
    source: "acm/certificate.go",
    makes: "acm:RequestCertificate,AddTagsToCertificate",
    uses: "acm:DescribeCertificate,ListTagsForCertificate,AddTagsToCertificate,RemoveTagsFromCertificate,DeleteCertificate",
  },
  "aws:acm/certificateValidation:CertificateValidation": {
    source: "acm/certificate_validation.go",
    uses: "acm:DescribeCertificate",
  },
  "aws:appautoscaling/policy:Policy": {
    source: "appautoscaling/policy.go",
    uses: "application-autoscaling:PutScalingPolicy,DescribeScalingPolicies,DeleteScalingPolicy",
    others: ["alarms"],
  },
  "aws:appautoscaling/target:Target": {
    source: "appautoscaling/target.go",
    uses: `application-autoscaling:RegisterScalableTarget,DescribeScalableTargets,DeregisterScalableTarget,${tags}`,
    others: ["linked:ecs.application-autoscaling"],
  },
  "aws:autoscaling/group:Group": {
    source: "autoscaling/group.go",
    uses:
      "autoscaling:CreateAutoScalingGroup,DescribeAutoScalingGroups,UpdateAutoScalingGroup,DeleteAutoScalingGroup," +
      "CreateOrUpdateTags,DeleteTags,DescribeScalingActivities,SetInstanceProtection," +
      "StartInstanceRefresh,DescribeInstanceRefreshes,CancelInstanceRefresh",
    others: ["instances", "linked:autoscaling", "pass:ec2"],
  },
  "aws:cloudwatch/eventRule:EventRule": {
    source: "events/rule.go",
    uses: `events:PutRule,DescribeRule,DeleteRule,${tags}`,
  },
  "aws:cloudwatch/eventTarget:EventTarget": {
    source: "events/target.go",
    uses: "events:PutTargets,ListTargetsByRule,RemoveTargets",
    others: ["pass:events"],
  },
  "aws:cloudwatch/logGroup:LogGroup": {
    source: "logs/group.go",
    uses: `logs:DescribeLogGroups,${tags}`,
    others: ["log group"],
  },
  "aws:codebuild/project:Project": {
    source: "codebuild/project.go",
    uses: "codebuild:CreateProject,BatchGetProjects,UpdateProject,DeleteProject",
    others: ["pass:codebuild"],
  },
  "aws:codecommit/repository:Repository": {
    source: "codecommit/repository.go",
    uses: `codecommit:CreateRepository,GetRepository,UpdateRepositoryDescription,UpdateRepositoryName,DeleteRepository,${tags}`,
  },
  "aws:codeconnections/connection:Connection": {
    source:
      "codeconnections/connection.go; AWS Developer Tools console user guide, codeconnections:PassConnection and UseConnection",
    makes: "codeconnections:CreateConnection,TagResource",
    uses: `codeconnections:GetConnection,DeleteConnection,PassConnection,UseConnection,${tags}`,
  },
  "aws:codedeploy/application:Application": {
    source: "deploy/app.go",
    uses: `codedeploy:CreateApplication,GetApplication,UpdateApplication,DeleteApplication,${tags}`,
  },
  "aws:codedeploy/deploymentGroup:DeploymentGroup": {
    source: "deploy/deployment_group.go",
    uses: `codedeploy:CreateDeploymentGroup,GetDeploymentGroup,UpdateDeploymentGroup,DeleteDeploymentGroup,${tags}`,
    others: ["pass:codedeploy"],
  },
  "aws:codepipeline/pipeline:Pipeline": {
    source: "codepipeline/codepipeline.go",
    uses: `codepipeline:CreatePipeline,GetPipeline,UpdatePipeline,DeletePipeline,${tags}`,
    others: ["pass:codepipeline"],
  },
  "aws:codestarnotifications/notificationRule:NotificationRule": {
    source: "codestarnotifications/notification_rule.go, cleanupNotificationRuleTargets",
    makes: "codestar-notifications:CreateNotificationRule,TagResource",
    uses: "codestar-notifications:DescribeNotificationRule,UpdateNotificationRule,DeleteNotificationRule,DeleteTarget,TagResource,UntagResource",
    others: ["linked:codestar-notifications"],
  },
  "aws:ec2/launchTemplate:LaunchTemplate": {
    source: "ec2/ec2_launch_template.go",
    makes: "ec2:CreateLaunchTemplate",
    uses:
      "ec2:DescribeLaunchTemplates,DescribeLaunchTemplateVersions,CreateLaunchTemplateVersion,ModifyLaunchTemplate," +
      "DeleteLaunchTemplate,CreateTags,DeleteTags",
    others: ["tags:CreateLaunchTemplate"],
  },
  "aws:ec2/securityGroup:SecurityGroup": {
    source: "ec2/vpc_security_group.go",
    makes: "ec2:CreateSecurityGroup",
    uses:
      "ec2:DescribeSecurityGroups,DeleteSecurityGroup,RevokeSecurityGroupEgress,DescribeNetworkInterfaces," +
      "CreateTags,DeleteTags",
    others: ["tags:CreateSecurityGroup", "in:vpc:CreateSecurityGroup"],
  },
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": {
    source: "ecr/lifecycle_policy.go",
    uses: "ecr:PutLifecyclePolicy,GetLifecyclePolicy,DeleteLifecyclePolicy",
  },
  "aws:ecr/repository:Repository": {
    source: "ecr/repository.go",
    uses: `ecr:CreateRepository,DescribeRepositories,PutImageScanningConfiguration,PutImageTagMutability,DeleteRepository,${tags}`,
  },
  "aws:ecs/capacityProvider:CapacityProvider": {
    source: "ecs/capacity_provider.go",
    uses: "ecs:CreateCapacityProvider,DescribeCapacityProviders,UpdateCapacityProvider,DeleteCapacityProvider,TagResource,UntagResource",
    // For managed instances: their infrastructure role, and AWSServiceRoleForECSCompute (ECS developer guide).
    others: ["pass:ecs", "linked:ecs-compute"],
  },
  "aws:ecs/cluster:Cluster": {
    source: "ecs/cluster.go",
    uses: "ecs:CreateCluster,DescribeClusters,UpdateCluster,UpdateClusterSettings,DeleteCluster,TagResource,UntagResource",
    others: ["linked:ecs"],
  },
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": {
    source: "ecs/cluster_capacity_providers.go",
    uses: "ecs:PutClusterCapacityProviders,DescribeClusters",
  },
  "aws:ecs/expressGatewayService:ExpressGatewayService": {
    source: "ecs/express_gateway_service.go, checkExpressGatewayServiceExists and its waiting",
    uses:
      "ecs:CreateExpressGatewayService,DescribeExpressGatewayService,UpdateExpressGatewayService," +
      "DeleteExpressGatewayService,DescribeServices,ListServiceDeployments,TagResource,UntagResource",
    others: ["deployment of the service", "pass:ecs", "pass:ecs-tasks"],
  },
  "aws:ecs/service:Service": {
    source: "ecs/service.go, waitServiceStable and its rollback on SIGINT",
    uses: "ecs:CreateService,DescribeServices,UpdateService,DeleteService,ListServiceDeployments,TagResource,UntagResource",
    others: ["service deployments", "pass:ecs"],
  },
  "aws:ecs/taskDefinition:TaskDefinition": {
    source: "ecs/task_definition.go",
    uses: "ecs:RegisterTaskDefinition,DescribeTaskDefinition,DeregisterTaskDefinition,TagResource,UntagResource",
    others: ["pass:ecs-tasks"],
  },
  "aws:iam/instanceProfile:InstanceProfile": {
    source: "iam/instance_profile.go",
    uses: "iam:CreateInstanceProfile,GetInstanceProfile,AddRoleToInstanceProfile,RemoveRoleFromInstanceProfile,DeleteInstanceProfile,TagInstanceProfile,UntagInstanceProfile",
    others: ["pass:ec2"],
  },
  "aws:iam/role:Role": {
    // Deleting detaches what anybody attached to the role: managed_policy_arns is read from what exists.
    source: "iam/role.go, deleteRole",
    uses:
      "iam:CreateRole,GetRole,UpdateAssumeRolePolicy,DeleteRole,ListRolePolicies,ListAttachedRolePolicies," +
      "DetachRolePolicy,ListInstanceProfilesForRole,TagRole,UntagRole",
  },
  "aws:iam/rolePolicy:RolePolicy": {
    source: "iam/role_policy.go",
    uses: "iam:PutRolePolicy,GetRolePolicy,DeleteRolePolicy",
  },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
    source: "iam/role_policy_attachment.go",
    uses: "iam:ListAttachedRolePolicies,DetachRolePolicy",
    others: ["attach"],
  },
  "aws:kms/key:Key": {
    source: "kms/key.go",
    makes: "kms:CreateKey,TagResource",
    uses:
      "kms:DescribeKey,GetKeyPolicy,GetKeyRotationStatus,ListResourceTags,EnableKeyRotation,UpdateKeyDescription," +
      "ScheduleKeyDeletion,TagResource,UntagResource",
  },
  "aws:lb/listener:Listener": {
    source: "elbv2/listener.go",
    uses:
      "elasticloadbalancing:DescribeListeners,DescribeListenerAttributes,ModifyListener,ModifyListenerAttributes," +
      "DeleteListener,DescribeTags,AddTags,RemoveTags",
    others: ["on the load balancer"],
  },
  "aws:lb/listenerRule:ListenerRule": {
    source: "elbv2/listener_rule.go",
    uses: "elasticloadbalancing:DescribeRules,ModifyRule,SetRulePriorities,DeleteRule,DescribeTags,AddTags,RemoveTags",
    others: ["on the listener"],
  },
  "aws:lb/loadBalancer:LoadBalancer": {
    source:
      "elbv2/load_balancer.go; Elastic Load Balancing user guide, ec2:DescribeInternetGateways and others with CreateLoadBalancer",
    uses:
      "elasticloadbalancing:CreateLoadBalancer,DescribeLoadBalancers,DescribeLoadBalancerAttributes," +
      "ModifyLoadBalancerAttributes,DescribeCapacityReservation,SetSecurityGroups,SetSubnets,DeleteLoadBalancer," +
      "DescribeTags,AddTags,RemoveTags " +
      "ec2:DescribeInternetGateways,DescribeNetworkInterfaces,DescribeSecurityGroups,DescribeSubnets,DescribeVpcs",
    others: ["linked:elasticloadbalancing"],
  },
  "aws:lb/targetGroup:TargetGroup": {
    source: "elbv2/target_group.go",
    uses:
      "elasticloadbalancing:CreateTargetGroup,DescribeTargetGroups,DescribeTargetGroupAttributes,ModifyTargetGroup," +
      "ModifyTargetGroupAttributes,DeleteTargetGroup,DescribeTags,AddTags,RemoveTags",
  },
  "aws:route53/record:Record": {
    source: "route53/record.go",
    uses: "route53:ListResourceRecordSets,GetHostedZone",
    others: ["records", "change"],
  },
  "aws:s3/bucket:Bucket": {
    source: "s3/bucket.go",
    uses:
      "s3:CreateBucket,ListBucket,GetBucketLocation,GetBucketPolicy,GetBucketAcl,GetBucketCORS,GetBucketWebsite," +
      "GetBucketVersioning,GetAccelerateConfiguration,GetBucketRequestPayment,GetBucketLogging,GetLifecycleConfiguration," +
      `GetReplicationConfiguration,GetEncryptionConfiguration,GetBucketObjectLockConfiguration,GetBucketTagging,PutBucketTagging,${tags},` +
      "DeleteBucket,ListBucketVersions",
    others: ["objects"],
  },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {
    source: "s3/bucket_lifecycle_configuration.go",
    uses: "s3:PutLifecycleConfiguration,GetLifecycleConfiguration",
  },
  "aws:s3/bucketPolicy:BucketPolicy": {
    source: "s3/bucket_policy.go",
    uses: "s3:PutBucketPolicy,GetBucketPolicy,DeleteBucketPolicy",
  },
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": {
    source: "s3/bucket_public_access_block.go",
    uses: "s3:PutBucketPublicAccessBlock,GetBucketPublicAccessBlock",
  },
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {
    source: "s3/bucket_server_side_encryption_configuration.go",
    uses: "s3:PutEncryptionConfiguration,GetEncryptionConfiguration",
  },
  "aws:s3/bucketVersioning:BucketVersioning": {
    source: "s3/bucket_versioning.go",
    uses: "s3:PutBucketVersioning,GetBucketVersioning",
  },
  "aws:secretsmanager/secret:Secret": {
    source: "secretsmanager/secret.go",
    uses: "secretsmanager:CreateSecret,DescribeSecret,GetResourcePolicy,UpdateSecret,DeleteSecret,TagResource,UntagResource",
  },
  "aws:secretsmanager/secretVersion:SecretVersion": {
    source: "secretsmanager/secret_version.go, findSecretVersion",
    uses: "secretsmanager:PutSecretValue,GetSecretValue",
  },
  "aws:servicediscovery/httpNamespace:HttpNamespace": {
    source: "servicediscovery/http_namespace.go",
    makes: "servicediscovery:CreateHttpNamespace,TagResource",
    uses: "servicediscovery:GetOperation,GetNamespace,UpdateHttpNamespace,DeleteNamespace,ListTagsForResource,UntagResource",
  },
  "aws:sns/topic:Topic": {
    source: "sns/topic.go",
    uses: `sns:CreateTopic,GetTopicAttributes,SetTopicAttributes,DeleteTopic,${tags}`,
  },
  "aws:sns/topicPolicy:TopicPolicy": {
    source: "sns/topic_policy.go",
    uses: "sns:GetTopicAttributes,SetTopicAttributes",
  },
  "aws:sns/topicSubscription:TopicSubscription": {
    source: "sns/topic_subscription.go",
    uses: "sns:Subscribe,GetSubscriptionAttributes,SetSubscriptionAttributes,Unsubscribe",
  },
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": {
    source: "ec2/vpc_security_group_egress_rule.go",
    makes: "ec2:AuthorizeSecurityGroupEgress",
    uses: "ec2:DescribeSecurityGroupRules,ModifySecurityGroupRules,CreateTags,DeleteTags",
    others: [
      "tags:AuthorizeSecurityGroupEgress",
      "in:security-group:AuthorizeSecurityGroupEgress,ModifySecurityGroupRules,RevokeSecurityGroupEgress",
    ],
  },
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {
    source: "ec2/vpc_security_group_ingress_rule.go",
    makes: "ec2:AuthorizeSecurityGroupIngress",
    uses: "ec2:DescribeSecurityGroupRules,ModifySecurityGroupRules,CreateTags,DeleteTags",
    others: [
      "tags:AuthorizeSecurityGroupIngress",
      "in:security-group:AuthorizeSecurityGroupIngress,ModifySecurityGroupRules,RevokeSecurityGroupIngress",
    ],
  },
  "awsx:ecr:Image": {
    source: "Amazon ECR user guide, pushing an image, pulling an image; pulumi-awsx, ecr/image.ts",
    uses:
      "ecr:GetAuthorizationToken,BatchCheckLayerAvailability,BatchGetImage,CompleteLayerUpload,GetDownloadUrlForLayer," +
      "InitiateLayerUpload,PutImage,UploadLayerPart",
  },
  // What awsx creates for a Vpc.
  "aws:ec2/eip:Eip": {
    source: "ec2/ec2_eip.go",
    makes: "ec2:AllocateAddress",
    uses: "ec2:DescribeAddresses,DescribeAddressesAttribute,DisassociateAddress,ReleaseAddress,CreateTags,DeleteTags",
    others: ["tags:AllocateAddress"],
  },
  "aws:ec2/internetGateway:InternetGateway": {
    source: "ec2/vpc_internet_gateway.go",
    makes: "ec2:CreateInternetGateway",
    uses: "ec2:DescribeInternetGateways,AttachInternetGateway,DetachInternetGateway,DeleteInternetGateway,CreateTags,DeleteTags",
    others: ["tags:CreateInternetGateway", "in:vpc:AttachInternetGateway,DetachInternetGateway"],
  },
  "aws:ec2/natGateway:NatGateway": {
    source: "ec2/vpc_nat_gateway.go",
    makes: "ec2:CreateNatGateway",
    uses: "ec2:DescribeNatGateways,DeleteNatGateway,CreateTags,DeleteTags",
    others: [
      "tags:CreateNatGateway",
      "in:subnet:CreateNatGateway",
      "in:elastic-ip:CreateNatGateway",
    ],
  },
  "aws:ec2/route:Route": {
    source: "ec2/vpc_route.go",
    uses: "ec2:CreateRoute,ReplaceRoute,DeleteRoute,DescribeRouteTables",
  },
  "aws:ec2/routeTable:RouteTable": {
    source: "ec2/vpc_route_table.go",
    makes: "ec2:CreateRouteTable",
    uses: "ec2:DescribeRouteTables,DisassociateRouteTable,DeleteRouteTable,CreateTags,DeleteTags",
    others: ["tags:CreateRouteTable", "in:vpc:CreateRouteTable"],
  },
  "aws:ec2/routeTableAssociation:RouteTableAssociation": {
    source: "ec2/vpc_route_table_association.go",
    uses: "ec2:AssociateRouteTable,ReplaceRouteTableAssociation,DisassociateRouteTable,DescribeRouteTables",
    others: ["in:subnet:AssociateRouteTable,ReplaceRouteTableAssociation,DisassociateRouteTable"],
  },
  "aws:ec2/subnet:Subnet": {
    source: "ec2/vpc_subnet.go",
    makes: "ec2:CreateSubnet",
    uses: "ec2:DescribeSubnets,ModifySubnetAttribute,DescribeNetworkInterfaces,DeleteSubnet,CreateTags,DeleteTags",
    others: ["tags:CreateSubnet", "in:vpc:CreateSubnet"],
  },
  "aws:ec2/vpc:Vpc": {
    source: "ec2/vpc_vpc.go",
    makes: "ec2:CreateVpc",
    uses:
      "ec2:DescribeVpcs,DescribeVpcAttribute,ModifyVpcAttribute,DescribeNetworkAcls,DescribeRouteTables," +
      "DescribeSecurityGroups,DeleteVpc,CreateTags,DeleteTags",
    others: ["tags:CreateVpc"],
  },
};

/** Types that awsx creates in addition to those that the program declares. */
export const insideAwsx: Record<string, string[]> = {
  "awsx:ec2:Vpc": [
    "Eip",
    "InternetGateway",
    "NatGateway",
    "Route",
    "RouteTable",
    "RouteTableAssociation",
    "Subnet",
    "Vpc",
  ].map((name) => `aws:ec2/${name[0]?.toLowerCase() ?? ""}${name.slice(1)}:${name}`),
};

/** Types that the tests' settings do not create: a domain's certificate for HTTPS. */
export const prepared = [
  "aws:acm/certificate:Certificate",
  "aws:acm/certificateValidation:CertificateValidation",
  "aws:route53/record:Record",
];

/**
 * Functions that a pull request's preview does without, as the program does if they fail: a policy cannot limit which task
 * definitions may be read, and those of others may contain anything.
 */
export const notInPreviews = ["aws.ecs.getContainerDefinition"];

/** The calls of the provider's functions that the program uses, by their names in the SDK. */
export const functionCalls: Record<string, { source: string; uses: string }> = {
  "aws.getCallerIdentity": {
    source: "sts/caller_identity_data_source.go; it needs no permission",
    uses: "",
  },
  "aws.ec2.getVpcs": { source: "ec2/vpc_vpcs_data_source.go", uses: "ec2:DescribeVpcs" },
  "aws.ec2.getVpc": {
    source: "ec2/vpc_data_source.go",
    uses: "ec2:DescribeVpcs,DescribeVpcAttribute,DescribeRouteTables",
  },
  "aws.ec2.getSubnets": { source: "ec2/vpc_subnets_data_source.go", uses: "ec2:DescribeSubnets" },
  "aws.ec2.getSubnet": { source: "ec2/vpc_subnet_data_source.go", uses: "ec2:DescribeSubnets" },
  "aws.ec2.getSecurityGroups": {
    source: "ec2/vpc_security_groups_data_source.go",
    uses: "ec2:DescribeSecurityGroups",
  },
  "aws.ecs.getService": { source: "ecs/service_data_source.go", uses: "ecs:DescribeServices" },
  "aws.ecs.getContainerDefinition": {
    source: "ecs/container_definition_data_source.go",
    uses: "ecs:DescribeTaskDefinition",
  },
  "aws.ecr.getImages": { source: "ecr/images_data_source.go", uses: "ecr:ListImages" },
  "aws.lb.getListenerRule": {
    source: "elbv2/listener_rule_data_source.go",
    uses: "elasticloadbalancing:DescribeRules,DescribeTags",
  },
  "aws.ecr.getAuthorizationToken": {
    source: "pulumi-awsx, ecr/auth.ts, for an image that is built",
    uses: "ecr:GetAuthorizationToken",
  },
  "aws.route53.getZone": {
    source: "route53/zone_data_source.go",
    uses: "route53:ListHostedZones,ListHostedZonesByName,GetHostedZone,ListTagsForResource",
  },
};
