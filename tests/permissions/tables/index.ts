import { arn } from "../arns";
import { calls, type Table, types } from "./calls";
import { buildCalls, codeDeployCalls, pipelineCalls } from "./pipeline";
import {
  executionCalls,
  infrastructureCalls,
  instanceCalls,
  managedInstanceCalls,
  schedulerCalls,
  taskCalls,
} from "./tasks";

/** A table for each role of the program: who assumes it, and each call that is made with it. */
export const tables: Record<string, Table> = {
  execution: {
    roles: /-execution$/,
    service: "ecs-tasks.amazonaws.com",
    actsFor: undefined,
    calls: executionCalls,
  },
  task: {
    roles: /-task$/,
    service: "ecs-tasks.amazonaws.com",
    actsFor: () => arn("ecs", "task/any/0123456789abcdef0123456789abcdef"),
    calls: taskCalls,
  },
  instance: {
    roles: /-instance$/,
    service: "ec2.amazonaws.com",
    actsFor: undefined,
    calls: instanceCalls,
  },
  managedInstance: {
    roles: /-instance-role$/,
    service: "ec2.amazonaws.com",
    actsFor: undefined,
    calls: managedInstanceCalls,
  },
  managedInfrastructure: {
    // It has AWS's own policy, which this test does not judge.
    roles: /-infrastructure-role$/,
    service: "ecs.amazonaws.com",
    actsFor: undefined,
    calls: () => [],
  },
  infrastructure: {
    roles: /(?<!^express)-infrastructure$/,
    service: "ecs.amazonaws.com",
    actsFor: undefined,
    calls: infrastructureCalls,
  },
  // What ECS calls for Express services, and on what, is only in AWS's own policy, and in no document.
  express: {
    roles: /^express-infrastructure$/,
    service: "ecs.amazonaws.com",
    actsFor: undefined,
    calls: () => [],
  },
  scheduler: {
    roles: /-scheduler$/,
    service: "scheduler.amazonaws.com",
    actsFor: () => arn("scheduler", "schedule-group/default"),
    calls: schedulerCalls,
  },
  pipeline: {
    roles: /^cicd-pipeline-role$/,
    service: "codepipeline.amazonaws.com",
    actsFor: undefined,
    calls: pipelineCalls,
  },
  build: {
    roles: /^cicd-pipeline-build$/,
    service: "codebuild.amazonaws.com",
    actsFor: (deployed) => deployed.arn(types.project),
    calls: buildCalls,
  },
  codeDeploy: {
    roles: /^cicd-pipeline-deploy$/,
    service: "codedeploy.amazonaws.com",
    actsFor: (deployed) => deployed.arn("aws:codedeploy/deploymentGroup:DeploymentGroup"),
    calls: codeDeployCalls,
  },
  push: {
    roles: /^cicd-pipeline-push$/,
    service: "events.amazonaws.com",
    actsFor: (deployed) => deployed.arn("aws:cloudwatch/eventRule:EventRule"),
    calls: (deployed) =>
      calls(
        "AWS CodePipeline user guide, CodeCommit source actions and EventBridge",
        ["codepipeline:StartPipelineExecution"],
        [deployed.arn(types.pipeline)],
      ),
  },
};
