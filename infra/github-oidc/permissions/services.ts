import type { Statement } from "../../../components/shared/iamPolicies";
import { arns, may, named, type Scope, tagged, taggedAtCreation } from "./scope";

const tags = ["ListTagsForResource", "TagResource", "UntagResource"];

/** Clusters and services, with their images, logs, secrets and namespaces. */
export function services(scope: Scope): Statement[] {
  return [
    ...ecs(scope),
    ...scaling(scope),
    // A log group has two forms of ARN, one of which is only for its tags.
    may(
      "logs",
      ["CreateLogGroup", "DeleteLogGroup", "PutRetentionPolicy"],
      named(scope, "logs", "log-group:/*/STACK:*"),
    ),
    may("logs", tags, named(scope, "logs", "log-group:/*/STACK")),
    may("logs", ["DescribeLogGroups"], "*"),
    may("ecr", imageActions, named(scope, "ecr", "repository/STACK/*")),
    may("ecr", ["GetAuthorizationToken"], "*"),
    may(
      "secretsmanager",
      [
        ...["CreateSecret", "DeleteSecret", "DescribeSecret", "GetResourcePolicy"],
        // The provider reads back what it writes.
        ...["GetSecretValue", "PutSecretValue", "UpdateSecret", "TagResource", "UntagResource"],
      ],
      named(scope, "secretsmanager", "secret:STACK-*"),
    ),
    ...cloudMap(scope),
  ];
}

const imageActions = [
  ...["CreateRepository", "DeleteRepository", "DescribeRepositories", ...tags],
  ...["PutImageScanningConfiguration", "PutImageTagMutability"],
  ...["DeleteLifecyclePolicy", "GetLifecyclePolicy", "PutLifecyclePolicy"],
  // To build and push images from the program, and to list the existing ones.
  ...["BatchCheckLayerAvailability", "BatchGetImage", "CompleteLayerUpload"],
  ...["GetDownloadUrlForLayer", "InitiateLayerUpload", "ListImages", "PutImage", "UploadLayerPart"],
];

function ecs(scope: Scope): Statement[] {
  return [
    may(
      "ecs",
      [
        ...["CreateCluster", "DeleteCluster", "DescribeClusters", "PutClusterCapacityProviders"],
        ...["UpdateCluster", "UpdateClusterSettings", "TagResource", "UntagResource"],
      ],
      named(scope, "ecs", "cluster/STACK"),
    ),
    may(
      "ecs",
      [
        ...["CreateCapacityProvider", "DeleteCapacityProvider", "DescribeCapacityProviders"],
        ...["UpdateCapacityProvider", "TagResource", "UntagResource"],
      ],
      named(scope, "ecs", "capacity-provider/STACK"),
    ),
    may(
      "ecs",
      [
        ...["CreateService", "DeleteService", "DescribeServices", "UpdateService"],
        ...["CreateExpressGatewayService", "DeleteExpressGatewayService"],
        ...["DescribeExpressGatewayService", "UpdateExpressGatewayService"],
        ...["ListServiceDeployments", "TagResource", "UntagResource"],
      ],
      named(scope, "ecs", "service/STACK/*"),
    ),
    may(
      "ecs",
      ["DescribeServiceDeployments", "StopServiceDeployment"],
      named(scope, "ecs", "service/STACK/*", "service-deployment/STACK/*"),
    ),
    may("ecs", ["TagResource", "UntagResource"], named(scope, "ecs", "task-definition/STACK:*")),
    // AWS does not support revisions as resources here.
    may(
      "ecs",
      ["DeregisterTaskDefinition", "DescribeTaskDefinition", "RegisterTaskDefinition"],
      "*",
    ),
  ];
}

function scaling(scope: Scope): Statement[] {
  const targets = arns(scope, "application-autoscaling", "scalable-target/*");
  const ofEcs = { StringEqualsIfExists: { "application-autoscaling:service-namespace": "ecs" } };
  return [
    may(
      "autoscaling",
      [
        ...["CancelInstanceRefresh", "CreateAutoScalingGroup", "CreateOrUpdateTags"],
        ...["DeleteAutoScalingGroup", "DeleteTags", "SetInstanceProtection"],
        ...["StartInstanceRefresh", "UpdateAutoScalingGroup"],
      ],
      named(scope, "autoscaling", "autoScalingGroup:*:autoScalingGroupName/STACK"),
    ),
    may(
      "autoscaling",
      ["DescribeAutoScalingGroups", "DescribeInstanceRefreshes", "DescribeScalingActivities"],
      "*",
    ),
    may(
      "application-autoscaling",
      [
        ...["DeleteScalingPolicy", "DeregisterScalableTarget", "PutScalingPolicy"],
        ...["RegisterScalableTarget", ...tags],
      ],
      targets,
      ofEcs,
    ),
    may("application-autoscaling", ["DescribeScalableTargets", "DescribeScalingPolicies"], "*"),
    // A target tracking policy has alarms, which Application Auto Scaling names.
    may(
      "cloudwatch",
      ["DeleteAlarms", "PutMetricAlarm"],
      named(scope, "cloudwatch", "alarm:TargetTracking-service/STACK/*"),
    ),
    may("cloudwatch", ["DescribeAlarms"], "*"),
  ];
}

/** Cloud Map does not support resources for tagging, nor before a namespace exists. */
function cloudMap(scope: Scope): Statement[] {
  return [
    may("servicediscovery", ["CreateHttpNamespace", "TagResource"], "*", taggedAtCreation),
    may("servicediscovery", ["GetOperation", "ListTagsForResource", "UntagResource"], "*"),
    may(
      "servicediscovery",
      ["DeleteNamespace", "GetNamespace", "UpdateHttpNamespace"],
      arns(scope, "servicediscovery", "namespace/*"),
      tagged,
    ),
  ];
}
