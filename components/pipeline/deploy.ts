import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import type { CodeDeployTraffic, DeployTarget } from "../service/deployTarget";
import type { CodeDeployConfiguration } from "../shared/codeDeployConfiguration";
import {
  allow,
  createServiceRole,
  passRoles,
  policyDocument,
  type Statement,
} from "../shared/iamPolicies";
import { physicalName } from "../shared/names";
import { type Transform, transformed } from "../shared/transform";
import { buildArtifact } from "./build";

/** How a pipeline deploys an image to a service. */
export interface Deploy {
  action: aws.types.input.codepipeline.PipelineStageAction;
  /** What the pipeline's role needs for it. */
  access: Statement[];
  /** Variables that the buildspec needs to write the action's files. */
  variables: Record<string, pulumi.Input<string>>;
  /** What must exist before the pipeline's first run. */
  dependsOn: pulumi.Resource[];
  /** What the pipeline does if the action fails; nothing if the deployer rolls back by itself. */
  onFailure: { result: "ROLLBACK" } | undefined;
}

/** Minutes in which new tasks either become healthy or never will; twice what healthy ones need. */
const startMinutes = 20;

/** Maximum time that the action waits, in minutes. */
const longestTimeout = 60;

/** Reports that the action would time out before a deployment by ECS can finish, or nothing. */
export function timeoutProblem({ shiftMinutes }: DeployTarget): string | undefined {
  // A few minutes for the tasks to start.
  return shiftMinutes + 5 <= longestTimeout
    ? undefined
    : `target: its deployments take ${shiftMinutes} minutes plus the tasks' start, ` +
        `the pipeline waits ${longestTimeout}; take larger steps or shorter bake times`;
}

/**
 * ECS deploys by itself, with the service's own strategy: the action registers the service's current task definition
 * again with the new image, and updates the service.
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
        DeploymentTimeout: String(Math.min(startMinutes + target.shiftMinutes, longestTimeout)),
      },
    },
    access: [
      allow(["ecs:DescribeServices", "ecs:UpdateService"], target.serviceArn),
      ...registerAccess(target),
      // AWS defines no resources to limit this to; lists can only be limited to their cluster.
      allow("ecs:DescribeTaskDefinition", "*"),
      allow(
        "ecs:DescribeTasks",
        inCluster(target, (cluster) => `task/${cluster}/*`),
      ),
      allow("ecs:ListTasks", "*", {
        ArnEquals: { "ecs:cluster": inCluster(target, (cluster) => `cluster/${cluster}`) },
      }),
    ],
    variables: {},
    dependsOn: [],
    onFailure: { result: "ROLLBACK" },
  };
}

/** Settings of CodeDeploy in addition to the service. */
export interface CodeDeployArgs {
  /** Base of the physical names. */
  base: string;
  region: string;
  configuration: CodeDeployConfiguration;
  /** Minutes that the old tasks stay after all requests have moved, 0 to 2880. */
  bakeMinutes: number;
  transform: DeployTransform | undefined;
}

/** Overrides for the arguments of each resource that CodeDeploy deploys with. */
export interface DeployTransform {
  codeDeployApplication?: Transform<aws.codedeploy.ApplicationArgs>;
  deploymentGroup?: Transform<aws.codedeploy.DeploymentGroupArgs>;
  codeDeployRole?: Transform<aws.iam.RoleArgs>;
  codeDeployRolePolicy?: Transform<aws.iam.RolePolicyArgs>;
}

/**
 * CodeDeploy deploys: the action registers the revision that the build describes in taskdef.json,
 * and CodeDeploy starts its tasks alongside the old ones, moves the requests as its configuration says and stops the
 * old tasks after a while.
 *
 * If that fails, it rolls back by itself, with another deployment. The pipeline must not start one at the same time: a
 * deployment group accepts only one, and refuses others ("already has an active Deployment").
 *
 * Source: AWS CodePipeline user guide, "Amazon Elastic Container Service and CodeDeploy blue-green
 * deploy action reference"; AWS CodeDeploy user guide, "Deployments on an Amazon ECS compute platform", "Redeploy and
 * roll back a deployment with CodeDeploy"; AWS CodeDeploy API reference, "CreateDeployment",
 * `DeploymentLimitExceededException`.
 */
export function createCodeDeploy(
  name: string,
  target: DeployTarget,
  traffic: CodeDeployTraffic,
  args: CodeDeployArgs,
  parent: pulumi.Resource,
): Deploy {
  const { transform } = args;
  const { role, policy } = createCodeDeployRole(name, args, target, traffic, parent);
  const stack = pulumi.getStack();
  const application = new aws.codedeploy.Application(
    `${name}-application`,
    transformed(
      `${name}-application`,
      { name: physicalName("deployApplication", args.base, stack), computePlatform: "ECS" },
      transform?.codeDeployApplication,
    ),
    { parent },
  );
  const group = new aws.codedeploy.DeploymentGroup(
    `${name}-deployments`,
    transformed(
      `${name}-deployments`,
      {
        appName: application.name,
        deploymentGroupName: physicalName("deploymentGroup", args.base, stack),
        deploymentConfigName: `CodeDeployDefault.${args.configuration}`,
        serviceRoleArn: role.arn,
        deploymentStyle: {
          deploymentType: "BLUE_GREEN",
          deploymentOption: "WITH_TRAFFIC_CONTROL",
        },
        ecsService: { clusterName: target.clusterName, serviceName: target.serviceName },
        loadBalancerInfo: {
          targetGroupPairInfo: {
            prodTrafficRoute: { listenerArns: [traffic.listenerArn] },
            targetGroups: traffic.targetGroupNames.map((groupName) => ({ name: groupName })),
          },
        },
        blueGreenDeploymentConfig: {
          deploymentReadyOption: { actionOnTimeout: "CONTINUE_DEPLOYMENT" },
          terminateBlueInstancesOnDeploymentSuccess: {
            action: "TERMINATE",
            terminationWaitTimeInMinutes: args.bakeMinutes,
          },
        },
        autoRollbackConfiguration: {
          enabled: true,
          events: ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_REQUEST"],
        },
      },
      transform?.deploymentGroup,
    ),
    // It names the service in plain text only, so the dependency must be explicit: a group may not exist before its
    // service.
    { parent, dependsOn: [policy, target.service] },
  );
  return {
    action: codeDeployAction(application, group),
    access: codeDeployAccess(target, application, group),
    variables: {
      TASK_DEFINITION: target.template,
      TARGET_CONTAINER: traffic.target.containerName,
      TARGET_PORT: String(traffic.target.containerPort),
    },
    dependsOn: [policy],
    onFailure: undefined,
  };
}

const codeDeployAction = (
  application: aws.codedeploy.Application,
  group: aws.codedeploy.DeploymentGroup,
): Deploy["action"] => ({
  name: "Deploy",
  category: "Deploy",
  owner: "AWS",
  provider: "CodeDeployToECS",
  version: "1",
  inputArtifacts: [buildArtifact],
  configuration: {
    ApplicationName: application.name,
    DeploymentGroupName: group.deploymentGroupName,
    TaskDefinitionTemplateArtifact: buildArtifact,
    TaskDefinitionTemplatePath: "taskdef.json",
    AppSpecTemplateArtifact: buildArtifact,
    AppSpecTemplatePath: "appspec.yaml",
  },
});

const codeDeployAccess = (
  target: DeployTarget,
  application: aws.codedeploy.Application,
  group: aws.codedeploy.DeploymentGroup,
): Statement[] => [
  allow(["codedeploy:CreateDeployment", "codedeploy:GetDeployment"], group.arn),
  allow(
    [
      "codedeploy:GetApplication",
      "codedeploy:GetApplicationRevision",
      "codedeploy:RegisterApplicationRevision",
    ],
    application.arn,
  ),
  allow(
    "codedeploy:GetDeploymentConfig",
    // The ARN names this account even for AWS's own configurations.
    pulumi
      .all([group.arn, group.deploymentConfigName])
      .apply(([arn, config]) =>
        arn.replace(/deploymentgroup:.*/, `deploymentconfig:${config ?? "*"}`),
      ),
  ),
  ...registerAccess(target),
];

/**
 * The role with which CodeDeploy deploys: the part of AWSCodeDeployRoleForECS that this service needs, limited to its
 * service, listener and rule.
 *
 * Source: Amazon ECS developer guide, "Amazon ECS CodeDeploy IAM role".
 */
function createCodeDeployRole(
  name: string,
  { base, region, transform }: CodeDeployArgs,
  target: DeployTarget,
  traffic: CodeDeployTraffic,
  parent: pulumi.Resource,
) {
  const stack = pulumi.getStack();
  const names = ["deployApplication", "deploymentGroup"] as const;
  const [application, group] = names.map((kind) => physicalName(kind, base, stack));
  const resource = `deploymentgroup:${application ?? ""}/${group ?? ""}`;
  const role = createServiceRole(
    `${name}-deploy`,
    {
      base: `${base}-deploy`,
      service: "codedeploy.amazonaws.com",
      source: { service: "codedeploy", region, resource },
      transform: transform?.codeDeployRole,
    },
    parent,
  );
  const taskSets = target.serviceArn.apply((arn) => `${arn.replace(":service/", ":task-set/")}/*`);
  const policy = new aws.iam.RolePolicy(
    `${name}-deploy-service`,
    transformed(
      `${name}-deploy-service`,
      {
        role: role.id,
        policy: policyDocument([
          allow(["ecs:DescribeServices", "ecs:UpdateServicePrimaryTaskSet"], target.serviceArn),
          allow(["ecs:CreateTaskSet", "ecs:DeleteTaskSet"], taskSets),
          // AWS defines no resources to limit these three to.
          allow(
            [
              "elasticloadbalancing:DescribeListeners",
              "elasticloadbalancing:DescribeRules",
              "elasticloadbalancing:DescribeTargetGroups",
            ],
            "*",
          ),
          allow("elasticloadbalancing:ModifyListener", traffic.listenerArn),
          allow("elasticloadbalancing:ModifyRule", traffic.ruleArn),
          passRoles(target.roleArns, "ecs-tasks.amazonaws.com"),
        ]),
      },
      transform?.codeDeployRolePolicy,
    ),
    { parent },
  );
  return { role, policy };
}

/** ARN of a resource of the service's cluster. */
const inCluster = ({ serviceArn, clusterName }: DeployTarget, path: (cluster: string) => string) =>
  serviceArn.apply((arn) => arn.replace(/service\/.*/, path(clusterName)));

/** Allows registering a revision, tagged like the one before it, with only the task's own roles. */
function registerAccess({ taskDefinition, roleArns }: DeployTarget): Statement[] {
  return [
    allow("ecs:RegisterTaskDefinition", "*"),
    allow("ecs:TagResource", pulumi.interpolate`${taskDefinition.arnWithoutRevision}:*`, {
      StringEquals: { "ecs:CreateAction": "RegisterTaskDefinition" },
    }),
    passRoles(roleArns, "ecs-tasks.amazonaws.com"),
  ];
}
