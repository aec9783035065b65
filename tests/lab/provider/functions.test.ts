import assert from "node:assert/strict";

import fc from "fast-check";

import type { Account } from "../../../lab/account/account";
import type { ProviderServer } from "../../../lab/provider/server";
import { autoName } from "../../../lab/provider/autoName";
import { create, createWorld, rejection, TYPES, REGION } from "../account/fixtures";
import { Engine, isSecret } from "./client";
import { providersForEachTest } from "./served";

describe("the offline provider over gRPC", () => {
  const served = providersForEachTest();
  let account: Account;
  let engine: Engine;
  let server: ProviderServer;

  beforeEach(() => {
    ({ account, engine, server } = served);
  });

  it("tells the engine where its packages are", () => {
    const { port } = server;
    const packages = ["aws", "awsx", "docker-build", "random"];
    assert.equal(server.debugProviders, packages.map((name) => `${name}:${port}`).join(","));
  });

  describe("configuration", () => {
    it("reports every invalid setting", async () => {
      const problems = await engine.checkConfig({
        region: "tokyo",
        endpoints: "x",
        defaultTags: "x",
      });
      assert.deepEqual(Object.keys(problems).sort(), ["defaultTags", "endpoints", "region"]);
    });

    it("requires a region", async () => {
      const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
      delete process.env.AWS_REGION;
      delete process.env.AWS_DEFAULT_REGION;
      try {
        assert.match((await engine.checkConfig({})).region ?? "", /^is required/);
      } finally {
        if (AWS_REGION !== undefined) process.env.AWS_REGION = AWS_REGION;
        if (AWS_DEFAULT_REGION !== undefined) process.env.AWS_DEFAULT_REGION = AWS_DEFAULT_REGION;
      }
    });

    it("is required before anything else", async () => {
      const stranger = served.stranger();
      assert.match(await rejection(stranger.create(TYPES.vpc, {})), /was not configured/);
    });
  });

  describe("functions", () => {
    it("report what they do not find or support", async () => {
      assert.equal(
        await rejection(engine.invoke("aws:ec2/getVpc:getVpc", { id: "vpc-0" })),
        "no matching EC2 VPC found",
      );
      assert.match(
        await rejection(engine.invoke("aws:ec2/getVpc:getVpc", { name: "main" })),
        /name: not supported/,
      );
      assert.equal(
        await rejection(engine.invoke("aws:ssm/getParameter:getParameter", {})),
        "the offline account has no function aws:ssm/getParameter:getParameter",
      );
    });

    it("know the account, the region and its zones", async () => {
      const identity = await engine.invoke("aws:index/getCallerIdentity:getCallerIdentity", {});
      assert.equal(identity.accountId, "123456789012");
      assert.equal((await engine.invoke("aws:index/getRegion:getRegion", {})).region, REGION);
      const zones = await engine.invoke("aws:index/getAvailabilityZones:getAvailabilityZones", {});
      assert.deepEqual(zones.names, ["ap-northeast-1a", "ap-northeast-1c", "ap-northeast-1d"]);
      assert.deepEqual(zones.zoneIds, ["apne1-az1", "apne1-az2", "apne1-az3"]);
    });

    it("log in to the registry with a new password each time, which is secret", async () => {
      const token = "aws:ecr/getAuthorizationToken:getAuthorizationToken";
      const login = await engine.invoke(token, { registryId: "210987654321" });
      assert.equal(login.userName, "AWS");
      assert.equal(login.proxyEndpoint, `https://210987654321.dkr.ecr.${REGION}.amazonaws.com`);
      assert.ok(isSecret(login.password) && isSecret(login.authorizationToken));
      assert.notDeepEqual((await engine.invoke(token, {})).password, login.password);
    });

    it("list the images of a repository, both those pushed and those that a stack builds", async () => {
      const token = "aws:ecr/getImages:getImages";
      await assert.rejects(
        engine.invoke(token, { repositoryName: "site/nginx" }),
        /RepositoryNotFoundException: The repository with name 'site\/nginx' does not exist/,
      );
      await create(account, "repository", { name: "site/nginx" });
      assert.deepEqual((await engine.invoke(token, { repositoryName: "site/nginx" })).imageIds, []);
      const digest = `sha256:${"a".repeat(64)}`;
      await account.create({
        type: "lab:ecr:Image",
        urn: "urn:it",
        region: REGION,
        inputs: { repository: "site/nginx", digest, tags: ["1"], pushedAt: "2026-11-29T00:00:00Z" },
      });
      assert.deepEqual((await engine.invoke(token, { repositoryName: "site/nginx" })).imageIds, [
        { imageDigest: digest, imageTag: "1" },
      ]);
    });

    it("report where a listener rule forwards to, even if it has a single target group", async () => {
      const { listenerRule, targetGroup } = await createWorld(account);
      const token = "aws:lb/getListenerRule:getListenerRule";
      const asked = await engine.invoke(token, { arn: listenerRule.id });
      assert.deepEqual(asked.actions, [
        {
          type: "forward",
          order: 1,
          forwards: [{ targetGroups: [{ arn: targetGroup.id, weight: 1 }], stickinesses: [] }],
        },
      ]);
      assert.equal(asked.priority, 10);
      const { listenerArn, priority } = listenerRule.outputs;
      assert.deepEqual(await engine.invoke(token, { listenerArn, priority }), asked);
      // The provider's words for none: terraform-provider-aws, internal/tfresource/not_found_error.go,
      // `EmptyResultError`, which the data source's `Read` passes on as it is.
      assert.match(
        await rejection(engine.invoke(token, { listenerArn, priority: 11 })),
        /^reading ELB \(Elastic Load Balancing\) Listener Rule Data Source \(arn:.*\/11\): empty result$/,
      );
    });

    it("describe a container of a revision, however the revision is given", async () => {
      const { taskDefinition } = await createWorld(account);
      const token = "aws:ecs/getContainerDefinition:getContainerDefinition";
      const { arn, family, revision, containerDefinitions } = taskDefinition.outputs;
      const [{ name: containerName, image }] = JSON.parse(String(containerDefinitions)) as [
        { name: string; image: string },
      ];
      for (const named of [arn, family, `${String(family)}:${String(revision)}`]) {
        const asked = await engine.invoke(token, { containerName, taskDefinition: named });
        assert.equal(asked.image, image);
        assert.equal(asked.id, `${String(arn)}/${containerName}`);
      }
      assert.match(
        await rejection(engine.invoke(token, { containerName: "none", taskDefinition: arn })),
        /^container with name "none" not found in task definition "arn:/,
      );
      assert.match(
        await rejection(engine.invoke(token, { containerName, taskDefinition: "none" })),
        /^reading ECS Task Definition: /,
      );
    });

    it("write policy documents that a role accepts", async () => {
      const document = await engine.invoke("aws:iam/getPolicyDocument:getPolicyDocument", {
        statements: [
          {
            actions: ["sts:AssumeRole"],
            principals: [{ type: "Service", identifiers: ["ecs-tasks.amazonaws.com"] }],
            conditions: [
              { test: "StringEquals", variable: "aws:SourceAccount", values: ["1", "2"] },
            ],
          },
        ],
      });
      assert.deepEqual(JSON.parse(String(document.json)), {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Action: "sts:AssumeRole",
            Principal: { Service: "ecs-tasks.amazonaws.com" },
            Condition: { StringEquals: { "aws:SourceAccount": ["1", "2"] } },
          },
        ],
      });
      await create(account, "role", { name: "r", assumeRolePolicy: String(document.json) });
    });
  });

  it("makes names from a seed that fit, and fails if there is no room", () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z][a-z0-9-]{0,30}$/),
        fc.uint8Array({ minLength: 1, maxLength: 32 }),
        (name, seed) => {
          if (name.length > 24) {
            assert.throws(() => autoName(name, seed, 32), RangeError);
          } else {
            const made = autoName(name, seed, 32);
            assert.ok(made.length <= 32 && made.startsWith(`${name}-`));
            assert.equal(made, autoName(name, seed, 32));
          }
        },
      ),
    );
  });
});
