import type { AskedResource } from "../../program/mocks";
import { account, arn } from "../arns";
import type { Call, Deployed, Role } from "../deployed";

/** Who assumes a role, and what for. */
export interface Table {
  /** Which roles it is for, by their name in Pulumi. */
  roles: RegExp;
  /** The service that assumes the role. */
  service: string;
  /** What it acts for, as ARN; undefined if the service's documentation has no condition for it. */
  actsFor: ((deployed: Deployed, role: Role) => string) | undefined;
  calls: (deployed: Deployed, role: Role) => Call[];
}

export const types = {
  taskDefinition: "aws:ecs/taskDefinition:TaskDefinition",
  service: "aws:ecs/service:Service",
  cluster: "aws:ecs/cluster:Cluster",
  schedule: "aws:scheduler/schedule:Schedule",
  project: "aws:codebuild/project:Project",
  pipeline: "aws:codepipeline/pipeline:Pipeline",
  rule: "aws:lb/listenerRule:ListenerRule",
} as const;

/** Calls from the same source: each action on each resource. */
export const calls = (
  source: string,
  actions: readonly string[],
  resources: readonly string[] = ["*"],
  context?: Call["context"],
): Call[] =>
  actions.flatMap((action) =>
    resources.map((resource) => ({ action, resource, source, ...(context && { context }) })),
  );

/** ARN of the repository of an image in the account, or of an address that images are pushed to. */
export function repositoryOf(address: string): string | undefined {
  const [, registry, name] =
    /^(\d+)\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com\/([^:@]+)/.exec(address) ?? [];
  return registry === account && name !== undefined ? arn("ecr", `repository/${name}`) : undefined;
}

/** A variable of a build project. */
export function variable({ inputs }: AskedResource, wanted: string): string {
  const { environmentVariables = [] } = inputs.environment as {
    environmentVariables?: { name: string; value: string }[];
  };
  return environmentVariables.find(({ name }) => name === wanted)?.value ?? "";
}
