import { Account } from "../../../../lab/account/account";
import type { ResourceRecord } from "../../../../lab/account/record";
import { create, createWorld, trustPolicy, type World } from "../fixtures";

export const PIPELINE = "arn:aws:codepipeline:ap-northeast-1:123456789012:deploy";

export const PATTERN = JSON.stringify({
  source: ["aws.codecommit"],
  detail: { referenceType: ["branch"], referenceName: ["main"] },
});

/** ARN of a topic that does not exist. */
export const NO_TOPIC = "arn:aws:sns:ap-northeast-1:123456789012:none";

/** What a pipeline consists of, in addition to the Fargate service's world. */
export type PipelineWorld = World &
  Record<"pipelineRole" | "topic" | "rule" | "pipeline" | "greenGroup", ResourceRecord>;

export async function createPipelineWorld(account: Account): Promise<PipelineWorld> {
  const world = await createWorld(account);
  const pipelineRole = await create(account, "role", {
    name: "pipeline",
    assumeRolePolicy: trustPolicy("codepipeline", "events", "codedeploy"),
  });
  const greenGroup = await create(account, "targetGroup", {
    name: "green",
    port: 80,
    protocol: "HTTP",
    targetType: "ip",
    vpcId: world.vpc.id,
  });
  const source = {
    name: "Source",
    category: "Source",
    owner: "AWS",
    provider: "CodeCommit",
    version: "1",
    outputArtifacts: ["source"],
    configuration: { RepositoryName: "nginx", BranchName: "main" },
  };
  const approval = {
    name: "Approve",
    category: "Approval",
    owner: "AWS",
    provider: "Manual",
    version: "1",
  };
  const pipeline = await create(account, "pipeline", {
    name: "deploy",
    roleArn: pipelineRole.outputs.arn,
    artifactStores: [{ location: "artifacts", type: "S3" }],
    stages: [
      { name: "Source", actions: [source] },
      { name: "Approve", actions: [approval] },
    ],
  });
  const topic = await create(account, "topic", { name: "deploy" });
  const rule = await create(account, "eventRule", { name: "push", eventPattern: PATTERN });
  await create(account, "codeRepository", { repositoryName: "nginx" });
  await create(account, "application", { name: "web", computePlatform: "ECS" });
  return { ...world, pipelineRole, topic, rule, pipeline, greenGroup };
}
