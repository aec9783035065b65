import { codeDeployConfigurations } from "../components/shared/codeDeployConfiguration";

/** What a stack can deploy. */
export const chapters = [
  "network",
  "fargate",
  "ec2",
  "managedInstances",
  "cicd",
  "microservices",
  "express",
] as const;

/** The allowed values of settings with a fixed choice. */
export const choices = {
  natGateways: ["none", "single", "per-az"],
  /** Who may send to tasks: all of the VPC, or the load balancer alone. */
  taskIngress: ["vpc", "loadBalancer"],
  cpuArchitecture: ["X86_64", "ARM64"],
  /** How the fargate chapter's service replaces its old tasks with new ones. */
  deploymentStrategy: ["ROLLING", "BLUE_GREEN", "LINEAR", "CANARY"],
  autoscaling: ["none", "cpu", "memory", "requests"],
  ec2SchedulingStrategy: ["REPLICA", "DAEMON"],
  cicdSource: ["codecommit", "github"],
  /** How the cicd chapter's pipeline deploys: ECS by a strategy of its own, or CodeDeploy. */
  cicdDeploy: ["rolling", "bluegreen", "linear", "canary", "codedeploy"],
  cicdCodeDeploy: codeDeployConfigurations,
} as const;
