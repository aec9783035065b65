import assert from "node:assert/strict";
import * as path from "node:path";

import {
  GithubDeployRole,
  type GithubDeployRoleArgs,
} from "../../infra/github-oidc/githubDeployRole";
import {
  deployStatements,
  previewStatements,
  type Scope,
  sharePolicies,
} from "../../infra/github-oidc/permissions";
import { repository } from "../../lab/shared/repository";
import { Session } from "../../lab/ui/commands/session/session";
import { accountOf, engineTimeout, pulumiCli, stateFolder } from "../lab/cli/harness";
import { isAllowed, type PolicyDocument } from "../permissions/evaluator";
import { evaluate } from "../program/mocks";

const scope: Scope = {
  region: "ap-northeast-1",
  account: "123456789012",
  stacks: ["dev", "spring-*"],
  stateBucket: "states",
  secretsKeyArn: "arn:aws:kms:ap-northeast-1:123456789012:key/1",
};

const role = {
  name: "github-deploy",
  providerArn: "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com",
  repository: "ann/ecs-handson",
  environments: ["deploy"],
  statements: [],
};

const declare = async (changes: Partial<GithubDeployRoleArgs> = {}) => {
  const { resources } = await evaluate(() => {
    new GithubDeployRole("deploy", { ...role, ...changes });
    return {};
  });
  return resources;
};

/** Whether a run with this subject in GitHub's token may assume the role. */
async function mayAssume(subject: string, changes: Partial<GithubDeployRoleArgs> = {}) {
  const found = (await declare(changes)).find(({ type }) => type === "aws:iam/role:Role");
  const trust = JSON.parse(String(found?.inputs.assumeRolePolicy)) as PolicyDocument;
  return isAllowed([trust], {
    action: "sts:AssumeRoleWithWebIdentity",
    resource: "arn:aws:iam::123456789012:role/github-deploy-dev",
    principal: { Federated: role.providerArn },
    context: {
      "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
      "token.actions.githubusercontent.com:sub": subject,
    },
  });
}

describe("the role for workflows on GitHub", () => {
  it("is for runs of one repository in its environment, and for no others", async () => {
    assert.equal(await mayAssume("repo:ann/ecs-handson:environment:deploy"), true);
    for (const subject of [
      "repo:ann/ecs-handson:environment:preview",
      "repo:ann/ecs-handson:pull_request",
      "repo:ann/ecs-handson:ref:refs/heads/main",
      "repo:ann/other:environment:deploy",
      "repo:eve/ecs-handson:environment:deploy",
      "repo:ann@1/ecs-handson@2:environment:deploy",
    ]) {
      assert.equal(await mayAssume(subject), false, subject);
    }
  });

  it("is for the repository with these ids, and not for another that takes its name", async () => {
    const repository = "ann@123456/ecs-handson@456789";
    const ids = { repository };
    assert.equal(await mayAssume(`repo:${repository}:environment:deploy`, ids), true);
    for (const subject of [
      "repo:ann@654321/ecs-handson@987654:environment:deploy",
      "repo:ann/ecs-handson:environment:deploy",
    ]) {
      assert.equal(await mayAssume(subject, ids), false, subject);
    }
  });

  for (const repository of [
    "ann/*",
    "ann@1/ecs-handson",
    "ann/ecs-handson@2",
    "ann@x/ecs-handson@2",
  ]) {
    it(`is refused for ${repository}, with everything that is wrong`, async () => {
      await assert.rejects(
        declare({ repository, environments: ["deploy", "*"] }),
        /repository ".*" must be <owner>\/<name> or[^]*environment "\*" must be/,
      );
    });
  }

  for (const statements of [deployStatements(scope), previewStatements(scope)]) {
    it(`fits IAM's limits of 6,144 characters per policy and ten policies, with ${String(statements.length)} statements`, async () => {
      const resources = await declare({ statements });
      const policies = resources.filter(({ type }) => type === "aws:iam/policy:Policy");
      assert.ok(policies.length > 0 && policies.length <= 10, String(policies.length));
      for (const { inputs } of policies) {
        assert.ok(String(inputs.policy).replace(/\s/g, "").length <= 6_144);
      }
      const shared = policies.flatMap(
        ({ inputs }) => (JSON.parse(String(inputs.policy)) as PolicyDocument).Statement,
      );
      assert.equal(shared.length, statements.length);
    });
  }

  it("says so if the stacks need more than a role can have", () => {
    const stacks = Array.from({ length: 60 }, (_, i) => `class-${String(i)}`);
    assert.throws(
      () => sharePolicies(deployStatements({ ...scope, stacks })),
      /name fewer, with \*/,
    );
  });
});

describe("the program of the roles", function () {
  this.timeout(engineTimeout);
  before(pulumiCli);

  it("deploys under the policies in the lab, and leaves nothing behind when destroyed", async () => {
    const { state, remove } = await stateFolder();
    const open = () =>
      Session.open({
        stack: "github",
        state,
        json: true,
        programDir: path.join(repository, "infra", "github-oidc"),
        config: {
          repository: "ann/ecs-handson",
          stateBucket: "states",
          secretsKeyArn: scope.secretsKeyArn,
        },
        signal: new AbortController().signal,
      });
    try {
      const session = await open();
      const up = await session.up();
      assert.deepEqual([up.errors, up.result], [[], "succeeded"]);
      assert.deepEqual(
        up.findings.filter(({ level }) => level === "mandatory"),
        [],
      );
      assert.match(String(up.outputs?.deployRoleArn), /:role\/github-deploy-github$/);
      assert.equal((await session.destroy()).result, "succeeded");
      await session.close();
      assert.deepEqual(await accountOf(state), []);
    } finally {
      await remove();
    }
  });
});
