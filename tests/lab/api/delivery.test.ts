import assert from "node:assert/strict";

import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  CodeCommitClient,
  GetBranchCommand,
  GetRepositoryCommand,
  ListBranchesCommand,
  ListRepositoriesCommand,
} from "@aws-sdk/client-codecommit";
import {
  CodePipelineClient,
  GetPipelineExecutionCommand,
  GetPipelineStateCommand,
  ListPipelineExecutionsCommand,
  ListPipelinesCommand,
  PutApprovalResultCommand,
  StartPipelineExecutionCommand,
} from "@aws-sdk/client-codepipeline";
import {
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  ListImagesCommand,
} from "@aws-sdk/client-ecr";
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";

import { PUSHED_IMAGE } from "../../../lab/account/types/ecr/tokens";
import type { PipelineRunStatus } from "../../../lab/protocol/pipelines";
import { create, READ, REGION, TRUST_POLICY } from "../account/fixtures";
import { createPipelineWorld, type PipelineWorld } from "../account/types/pipelineWorld";
import { PATIENCE_MS } from "../runtime/patience";
import { serveApi, type ServedApi } from "./servedApi";

const COMMIT = "0123456789abcdef0123456789abcdef01234567";
const RUN: PipelineRunStatus = {
  id: "7e5e3d0e-35a4-4e0c-9b0e-0f3f5d1f0a11",
  trigger: "CloudWatchEvent: push of 0123456 to main",
  commit: COMMIT,
  message: "Greet",
  status: "InProgress",
  startedAt: "2026-01-01T00:00:00.000Z",
  stages: [
    {
      name: "Source",
      status: "Succeeded",
      actions: [{ name: "Source", provider: "CodeCommit", status: "Succeeded" }],
    },
    {
      name: "Approve",
      status: "InProgress",
      actions: [{ name: "Approve", provider: "Manual", status: "InProgress" }],
    },
  ],
};

describe("the lab's APIs for delivery", function () {
  this.timeout(PATIENCE_MS);
  let served: ServedApi<PipelineWorld>;
  let runs: PipelineRunStatus[] = [RUN];
  const calls: unknown[] = [];

  before(async () => {
    served = await serveApi(createPipelineWorld, {
      delivery: {
        status: () => ({
          pipelines: [{ name: "deploy", executionMode: "SUPERSEDED", runs }],
          repositories: [
            {
              name: "nginx",
              stack: "dev",
              cloneUrl: "http://127.0.0.1:1/v1/repos/nginx",
              branches: { main: COMMIT },
            },
          ],
        }),
        buildLogs: (group) => [
          { stream: `build of ${group}`, lines: [{ at: RUN.startedAt, message: "Step 1" }] },
        ],
        release: (...started) => {
          calls.push(started);
          return RUN.id;
        },
        approve: (...answer) => {
          calls.push(answer);
          runs = [];
          return RUN;
        },
      },
    });
  });
  after(() => served.close());

  it("describes a pipeline's stages and executions, starts one and answers its approval", async () => {
    const pipelines = new CodePipelineClient(served.client);
    const [name, pipelineName] = ["deploy", "deploy"];
    const listed = await pipelines.send(new ListPipelinesCommand({}));
    assert.equal(listed.pipelines?.[0]?.name, name);
    const { pipelineExecutionSummaries: executions } = await pipelines.send(
      new ListPipelineExecutionsCommand({ pipelineName }),
    );
    assert.equal(executions?.[0]?.sourceRevisions?.[0]?.revisionId, COMMIT);
    assert.equal(executions[0].trigger?.triggerType, "CloudWatchEvent");
    const pipelineExecutionId = executions[0].pipelineExecutionId;
    const { pipelineExecution } = await pipelines.send(
      new GetPipelineExecutionCommand({ pipelineName, pipelineExecutionId }),
    );
    assert.equal(pipelineExecution?.status, "InProgress");

    const { stageStates } = await pipelines.send(new GetPipelineStateCommand({ name }));
    assert.deepEqual(
      stageStates?.map(({ latestExecution }) => latestExecution?.status),
      ["Succeeded", "InProgress"],
    );
    const token = stageStates[1]?.actionStates?.[0]?.latestExecution?.token;
    const approval = { pipelineName, stageName: "Approve", actionName: "Approve" };
    const result = { status: "Approved" as const, summary: "fine" };
    await assert.rejects(
      pipelines.send(new PutApprovalResultCommand({ ...approval, result, token: "guess" })),
      { name: "InvalidApprovalTokenException" },
    );
    await pipelines.send(new PutApprovalResultCommand({ ...approval, result, token }));
    assert.deepEqual(calls.pop(), [RUN.id, { approved: true, comment: "fine" }]);
    await assert.rejects(
      pipelines.send(new PutApprovalResultCommand({ ...approval, result, token })),
      { name: "ApprovalAlreadyCompletedException" },
    );
    const started = await pipelines.send(new StartPipelineExecutionCommand({ name }));
    assert.equal(started.pipelineExecutionId, RUN.id);
    assert.deepEqual(calls.pop(), [
      name,
      "StartPipelineExecution: arn:aws:iam::123456789012:user/lab",
    ]);
    await assert.rejects(pipelines.send(new GetPipelineStateCommand({ name: "none" })), {
      name: "PipelineNotFoundException",
    });
  });

  it("returns the output of builds from their log group, with the time of each line", async () => {
    const logGroupName = "/codebuild/image";
    await create(served.account, "logGroup", { name: logGroupName });
    const logs = new CloudWatchLogsClient(served.client);
    const { events } = await logs.send(new FilterLogEventsCommand({ logGroupName }));
    const [event] = events ?? [];
    assert.deepEqual(
      [event?.logStreamName, event?.message, event?.timestamp],
      [`build of ${logGroupName}`, "Step 1", Date.parse(RUN.startedAt)],
    );
  });

  it("returns the URLs of git repositories, and their branches", async () => {
    const git = new CodeCommitClient(served.client);
    const { repositories } = await git.send(new ListRepositoriesCommand({}));
    const repositoryName = repositories?.[0]?.repositoryName;
    const { repositoryMetadata } = await git.send(new GetRepositoryCommand({ repositoryName }));
    assert.equal(repositoryMetadata?.cloneUrlHttp, "http://127.0.0.1:1/v1/repos/nginx");
    const { branch } = await git.send(new GetBranchCommand({ repositoryName, branchName: "main" }));
    assert.equal(branch?.commitId, COMMIT);
    const { branches } = await git.send(new ListBranchesCommand({ repositoryName }));
    assert.deepEqual(branches, ["main"]);
    await assert.rejects(git.send(new ListBranchesCommand({ repositoryName: "none" })), {
      name: "RepositoryDoesNotExistException",
    });
    await assert.rejects(git.send(new GetRepositoryCommand({ repositoryName: "none" })), {
      name: "RepositoryDoesNotExistException",
    });
  });

  it("creates image repositories, describes their images, and deletes them", async () => {
    const ecr = new ECRClient(served.client);
    const repositoryName = "mine/nginx";
    const { repository } = await ecr.send(new CreateRepositoryCommand({ repositoryName }));
    assert.equal(
      repository?.repositoryUri,
      `123456789012.dkr.ecr.${REGION}.amazonaws.com/${repositoryName}`,
    );
    await assert.rejects(ecr.send(new CreateRepositoryCommand({ repositoryName })), {
      name: "RepositoryAlreadyExistsException",
    });
    const digest = `sha256:${"a".repeat(64)}`;
    const pushedAt = "2026-01-01T00:00:00.000Z";
    const inputs = { repository: repositoryName, digest, tags: ["1", "latest"], pushedAt };
    await served.account.create({ type: PUSHED_IMAGE, urn: "urn:lab:push", inputs, region: "" });
    const { imageDetails } = await ecr.send(
      new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag: "1" }] }),
    );
    assert.deepEqual(imageDetails?.[0]?.imagePushedAt, new Date(pushedAt));
    const untagged = { repositoryName, filter: { tagStatus: "UNTAGGED" as const } };
    assert.deepEqual((await ecr.send(new ListImagesCommand(untagged))).imageIds, []);
    const first = await ecr.send(new ListImagesCommand({ repositoryName, maxResults: 1 }));
    const { nextToken } = first;
    const second = await ecr.send(new ListImagesCommand({ repositoryName, nextToken }));
    const tags = [...(first.imageIds ?? []), ...(second.imageIds ?? [])];
    assert.deepEqual(
      tags.map(({ imageTag }) => imageTag),
      ["1", "latest"],
    );
    const none = { repositoryName, imageIds: [{ imageTag: "none" }] };
    await assert.rejects(ecr.send(new DescribeImagesCommand(none)), {
      name: "ImageNotFoundException",
    });
    await assert.rejects(ecr.send(new DeleteRepositoryCommand({ repositoryName })), {
      name: "RepositoryNotEmptyException",
    });
    await ecr.send(new DeleteRepositoryCommand({ repositoryName, force: true }));
    const gone = new DescribeRepositoriesCommand({ repositoryNames: [repositoryName] });
    await assert.rejects(ecr.send(gone), { name: "RepositoryNotFoundException" });
  });

  it("creates a role, gives it policies, and deletes it once they are gone", async () => {
    const iam = new IAMClient(served.client);
    const RoleName = "ecsHandsOnTaskExecutionRole";
    const PolicyArn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";
    const { Role } = await iam.send(
      new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: TRUST_POLICY }),
    );
    assert.equal(Role?.Arn, `arn:aws:iam::123456789012:role/${RoleName}`);
    assert.deepEqual(
      JSON.parse(decodeURIComponent(Role.AssumeRolePolicyDocument ?? "")),
      JSON.parse(TRUST_POLICY),
    );
    await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
    await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
    const attached = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
    assert.deepEqual(
      attached.AttachedPolicies?.map(({ PolicyName }) => PolicyName),
      ["AmazonECSTaskExecutionRolePolicy"],
    );
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [READ] });
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "read", PolicyDocument }));
    const inline = await iam.send(new ListRolePoliciesCommand({ RoleName }));
    assert.deepEqual(inline.PolicyNames, ["read"]);
    await assert.rejects(iam.send(new DeleteRoleCommand({ RoleName })), {
      name: "DeleteConflictException",
    });
    await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
    await assert.rejects(iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn })), {
      name: "NoSuchEntityException",
    });
    await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: "read" }));
    await assert.rejects(iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: "read" })), {
      name: "NoSuchEntityException",
    });
    const left = await iam.send(new ListRolePoliciesCommand({ RoleName }));
    assert.deepEqual(left.PolicyNames, []);
    await iam.send(new DeleteRoleCommand({ RoleName }));
    await assert.rejects(iam.send(new GetRoleCommand({ RoleName })), {
      name: "NoSuchEntityException",
    });
    const roles = await iam.send(new ListRolesCommand({ MaxItems: 1 }));
    assert.equal(roles.IsTruncated, true);
    await assert.rejects(iam.send(new GetRoleCommand({ RoleName: "none" })), {
      name: "NoSuchEntityException",
    });
  });
});
