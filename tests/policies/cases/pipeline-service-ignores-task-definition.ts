import rule from "../../../policies/rules/pipeline-service-ignores-task-definition";
import { type TestResource, unknown } from "../harness";
import type { Cases } from "./case";

const pipeline = (
  provider: unknown,
  configuration: object = {},
  stages: string[] = [],
): TestResource => ({
  type: "aws:codepipeline/pipeline:Pipeline",
  name: "pipeline",
  props: {
    stages: [{ actions: [{ provider: "CodeBuild" }] }, { actions: [{ provider, configuration }] }],
  },
  dependencies: { stages },
});
const service = (ignoreChanges: string[], name: string = unknown): TestResource => ({
  type: "aws:ecs/service:Service",
  name: "web",
  props: { name },
  ignoreChanges,
});
const group = (ecsService: object, dependencies: string[] = []): TestResource => ({
  type: "aws:codedeploy/deploymentGroup:DeploymentGroup",
  name: "group",
  props: { ecsService, deploymentGroupName: "green" },
  dependencies: { ecsService: dependencies },
});

export default {
  rule,
  pass: {
    "a service that ignores changes of its task definition": [
      pipeline("ECS", { ServiceName: unknown }, ["web"]),
      service(["taskDefinition"]),
    ],
    "a pipeline that deploys nothing": [pipeline("Manual"), service([])],
    "a service that no pipeline deploys": [
      pipeline("ECS", { ServiceName: "other" }),
      service([], "web"),
    ],
    "no pipeline": [service([])],
  },
  fail: {
    "a service that the pipeline refers to": [
      /pipeline deploys web/,
      [pipeline("ECS", { ServiceName: unknown }, ["web"]), service(["desiredCount"])],
    ],
    "a service that the pipeline names": [
      /pipeline deploys web/,
      [pipeline("ECS", { ServiceName: "handson" }), service([], "handson")],
    ],
    "a service behind a deployment group": [
      /pipeline deploys web/,
      [
        pipeline("CodeDeployToECS", { DeploymentGroupName: unknown }, ["group"]),
        group({ serviceName: unknown }, ["web"]),
        service([]),
      ],
    ],
    "a service named behind a named deployment group": [
      /pipeline deploys web/,
      [
        pipeline("CodeDeployToECS", { DeploymentGroupName: "green" }),
        group({ serviceName: "handson" }),
        service([], "handson"),
      ],
    ],
  },
  unknown: {
    "which service it deploys": [pipeline("ECS", { ServiceName: unknown }), service([], "web")],
    "the service's name": [pipeline("ECS", { ServiceName: "web" }), service([])],
    "whether the pipeline deploys a service": [
      pipeline(unknown, { ServiceName: unknown }),
      service([], "web"),
    ],
  },
  other: { type: "aws:codepipeline/webhook:Webhook", props: {} },
} satisfies Cases;
