import assert from "node:assert/strict";
import * as path from "node:path";

import { GithubDeployRole } from "../../infra/github-oidc/githubDeployRole";
import { deployPolicies, previewPolicies, type Scope } from "../../infra/github-oidc/permissions";
import { repository } from "../../lab/shared/repository";
import { Session } from "../../lab/ui/commands/session";
import { accountOf, engineTimeout, pulumiCli, stateFolder } from "../lab/cli/harness";
import { evaluate, evaluateProgram } from "../program/mocks";

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

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
  policies: {},
};

const documents = async (policies: ReturnType<typeof deployPolicies>) => {
  const { resources } = await evaluate(() => {
    new GithubDeployRole("deploy", { ...role, policies });
    return {};
  });
  return resources
    .filter(({ type }) => type === "aws:iam/policy:Policy")
    .map(({ inputs }) => String(inputs.policy));
};

const statementsOf = async (policies: ReturnType<typeof deployPolicies>) =>
  (await documents(policies)).flatMap(
    (text) => (JSON.parse(text) as { Statement: Statement[] }).Statement,
  );

const list = (value: string | string[]) => [value].flat();

/** Whether one of IAM's patterns matches. */
const matches = (pattern: string, text: string) =>
  new RegExp(
    `^${pattern
      .split("*")
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"))
      .join(".*")}$`,
  ).test(text);

describe("the role for workflows on GitHub", () => {
  it("is for runs of one repository in one environment, named in full", async () => {
    const { resources } = await evaluate(() => {
      new GithubDeployRole("deploy", role);
      return {};
    });
    const { inputs } = resources.find(({ type }) => type === "aws:iam/role:Role") ?? { inputs: {} };
    const trust = JSON.parse((inputs as { assumeRolePolicy: string }).assumeRolePolicy) as {
      Statement: Statement[];
    };
    assert.deepEqual(trust.Statement[0]?.Condition, {
      StringEquals: {
        "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
        "token.actions.githubusercontent.com:sub": ["repo:ann/ecs-handson:environment:deploy"],
      },
    });
  });

  it("is refused for any repository, with everything that is wrong", async () => {
    const wrong = { ...role, repository: "ann/*", environments: ["deploy", "*"] };
    await assert.rejects(
      evaluate(() => ({ made: new GithubDeployRole("deploy", wrong).roleArn })),
      /repository "ann\/\*" must be[^]*environment "\*" must be/,
    );
  });

  it("fits IAM's 6,144 characters a policy", async () => {
    for (const text of await documents(deployPolicies(scope))) {
      assert.ok(text.replace(/\s/g, "").length <= 6_144, text.slice(0, 200));
    }
  });

  it("only reads for a preview", async () => {
    const actions = (await statementsOf(previewPolicies(scope))).flatMap(({ Action }) =>
      list(Action),
    );
    assert.ok(actions.length > 0);
    for (const action of actions) {
      assert.match(action, /:(Describe|Get|List|Decrypt)/, action);
      assert.doesNotMatch(action, /^secretsmanager:|^ssm:/);
    }
  });

  it("sees, for a preview, how the stacks' own services run", async () => {
    const statements = await statementsOf(previewPolicies(scope));
    const found = statements.filter(({ Action }) => list(Action).includes("ecs:DescribeServices"));
    const resources = found.flatMap(({ Resource }) => list(Resource));
    assert.ok(resources.length > 0);
    for (const resource of resources) assert.match(resource, /:service\/\*-.+\/\*$/);
  });

  it("may do everything to nothing, and change what is anybody's nowhere", async () => {
    for (const { Action, Resource, Condition } of await statementsOf(deployPolicies(scope))) {
      assert.ok(!list(Action).includes("*"));
      if (!list(Resource).includes("*") || Condition) continue;
      for (const action of list(Action)) {
        assert.match(action, /:(Describe|Get|List)|^ecs:DeregisterTaskDefinition$/, action);
      }
    }
  });

  it("hands its roles to services that the program gives them to, and to no others", async () => {
    const statements = await statementsOf(deployPolicies(scope));
    const passes = statements.filter(({ Action }) =>
      list(Action).some((action) => matches(action, "iam:PassRole")),
    );
    assert.equal(passes.length, 1);
    const services = passes[0]?.Condition?.StringEquals?.["iam:PassedToService"] ?? [];
    assert.ok(list(services).every((service) => service.endsWith(".amazonaws.com")));
    for (const resource of list(passes[0]?.Resource ?? [])) {
      assert.match(resource, /^arn:aws:iam::123456789012:role\/\w+\*-(dev|spring-\*)$/);
    }
  });

  for (const stack of ["dev", "spring-alice"]) {
    it(`reaches every role, cluster and log group of every chapter in the stack ${stack}`, async () => {
      const chapters = '["fargate","ec2","cicd","microservices"]';
      const { resources } = await evaluateProgram({ chapters }, stack);
      const statements = await statementsOf(deployPolicies(scope));
      const may = (action: string, arn: string) =>
        statements.some(
          ({ Action, Resource }) =>
            list(Action).some((pattern) => matches(pattern, action)) &&
            list(Resource).some((pattern) => matches(pattern, arn)),
        );
      const regional = (service: string, rest: string) =>
        `arn:aws:${service}:ap-northeast-1:123456789012:${rest}`;
      const asked: Record<string, (name: string) => [action: string, arn: string]> = {
        "aws:iam/role:Role": (name) => ["iam:CreateRole", `arn:aws:iam::123456789012:role/${name}`],
        "aws:iam/instanceProfile:InstanceProfile": (name) => [
          "iam:CreateInstanceProfile",
          `arn:aws:iam::123456789012:instance-profile/${name}`,
        ],
        "aws:ecs/cluster:Cluster": (name) => [
          "ecs:CreateCluster",
          regional("ecs", `cluster/${name}`),
        ],
        "aws:cloudwatch/logGroup:LogGroup": (name) => [
          "logs:CreateLogGroup",
          regional("logs", `log-group:${name}`),
        ],
        "aws:ecr/repository:Repository": (name) => [
          "ecr:CreateRepository",
          regional("ecr", `repository/${name}`),
        ],
        "aws:lb/targetGroup:TargetGroup": (name) => [
          "elasticloadbalancing:CreateTargetGroup",
          regional("elasticloadbalancing", `targetgroup/${name}/1`),
        ],
        "aws:secretsmanager/secret:Secret": (name) => [
          "secretsmanager:CreateSecret",
          regional("secretsmanager", `secret:${name}-AbCdEf`),
        ],
      };
      const found = new Set<string>();
      for (const { type, inputs } of resources) {
        const request = asked[type];
        if (!request) continue;
        const [action, arn] = request(String(inputs.name));
        assert.ok(may(action, arn), `${action} on ${arn}`);
        found.add(type);
      }
      assert.deepEqual([...found].sort(), Object.keys(asked).sort());
    });
  }
});

describe("the program of the roles", function () {
  this.timeout(engineTimeout);
  before(pulumiCli);

  it("goes up under the policies in the lab, and leaves nothing behind", async () => {
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
