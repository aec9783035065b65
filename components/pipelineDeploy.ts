import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import type { DeployTarget } from "./deployTarget";
import { allow, passRoles, type Statement } from "./iamPolicies";
import { buildArtifact } from "./pipelineBuild";

/** How a pipeline brings an image into a service. */
export interface Deploy {
  action: aws.types.input.codepipeline.PipelineStageAction;
  /** What the pipeline's role needs for it. */
  access: Statement[];
}

/** Minutes after which a deployment that does not settle has failed; twice what a good one needs. */
const timeoutMinutes = 20;

/**
 * ECS deploys by itself, by whichever strategy the service has: the action registers the service's
 * present task definition once more with the new image, and updates the service.
 *
 * Source: AWS CodePipeline user guide, "Amazon Elastic Container Service deploy action reference".
 */
export function createEcsDeploy(target: DeployTarget): Deploy {
  return {
    action: {
      name: "Deploy",
      category: "Deploy",
      owner: "AWS",
      provider: "ECS",
      version: "1",
      inputArtifacts: [buildArtifact],
      configuration: {
        ClusterName: target.clusterName,
        ServiceName: target.serviceName,
        FileName: "imagedefinitions.json",
        DeploymentTimeout: String(timeoutMinutes),
      },
    },
    access: [
      allow(["ecs:DescribeServices", "ecs:UpdateService"], target.serviceArn),
      ...registerAccess(target),
      // AWS defines no resources for these to be limited to.
      allow(["ecs:DescribeTaskDefinition", "ecs:DescribeTasks", "ecs:ListTasks"], "*"),
    ],
  };
}

/** Registering a revision, tagged like the one before it, with the task's own roles and no others. */
function registerAccess({ taskDefinition, roleArns }: DeployTarget): Statement[] {
  return [
    allow("ecs:RegisterTaskDefinition", "*"),
    allow("ecs:TagResource", pulumi.interpolate`${taskDefinition.arnWithoutRevision}:*`, {
      StringEquals: { "ecs:CreateAction": "RegisterTaskDefinition" },
    }),
    passRoles(roleArns, "ecs-tasks.amazonaws.com"),
  ];
}
