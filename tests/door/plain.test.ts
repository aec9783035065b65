import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { stripVTControlCharacters } from "node:util";

import { engineTimeout, pulumiCli } from "../lab/cli/harness";
import { Door } from "./door";

describe("plain pulumi, as users type it", function () {
  this.timeout(2 * engineTimeout);
  let door: Door;

  before(pulumiCli);
  before(async () => {
    door = await Door.open();
    await door.types(`pulumi login file://${path.join(door.folder, "backend")}`);
  });
  after(() => door.close());

  for (const chapters of ["fargate", "fargate,ec2,cicd,microservices"]) {
    it(`deploys and destroys a stack with ${chapters} under the policies`, async () => {
      const type = (command: string) => door.types(command);
      await type("pulumi stack init learner");
      await type(`pulumi config set chapters ${chapters}`);
      assert.match(await type("npm run pulumi -- preview"), /ecs-handson@v[\d.]+ \(local:/);
      await type("npm run pulumi -- up");
      assert.match(
        await type("pulumi stack output url"),
        /^http:\/\/handson-learner-\d+\.ap-northeast-1\.elb\.localhost\/\n$/,
      );
      await type("npm run pulumi -- up --expect-no-changes");
      await type("npm run pulumi -- refresh --expect-no-changes");
      assert.match(await type("npm run pulumi -- destroy"), /deleted/);
      await type("pulumi stack rm learner");
    });
  }

  it("also works from a folder below the program", async () => {
    await door.types("pulumi stack init below", "docs");
    assert.match(await door.types("pulumi preview", "docs/tutorial"), /\+ 52 to create/);
    await door.types("pulumi stack rm below");
  });

  it("previews the roles for GitHub", async () => {
    const type = (command: string) => door.types(command, "infra/github-oidc");
    await type("pulumi stack init github");
    await type("pulumi config set repository ann/ecs-handson");
    await type("pulumi config set stateBucket states");
    await type(
      "pulumi config set --plaintext secretsKeyArn arn:aws:kms:ap-northeast-1:123456789012:key/1",
    );
    await type("pulumi config set stacks dev,spring-*");
    assert.match(
      await type("npm run pulumi -- preview"),
      /github:GithubDeployRole|GithubDeployRole/,
    );
    await type("pulumi stack rm github");
  });

  it("refuses a program that breaks a rule, and creates nothing", async () => {
    await door.types("pulumi stack init violating");
    const program = path.join(door.checkout, "components", "broken.ts");
    await writeFile(
      program,
      `import * as aws from "@pulumi/aws";
       new aws.ecs.TaskDefinition("broken", { family: "broken", containerDefinitions: "[]" });`,
    );
    try {
      await door.types(`sed -i.bak '1i import "./components/broken";' index.ts`);
      const { code, output } = await door.type("npm run pulumi -- up");
      assert.notEqual(code, 0);
      assert.match(output, /\[mandatory\].*ecs-task-definition-awsvpc-network-mode/);
      assert.match(output, /\[mandatory\].*ecs-task-definition-execution-role-required/);
      assert.equal((await door.types("pulumi stack --show-urns")).includes("aws:ecs"), false);
    } finally {
      await door.types("mv index.ts.bak index.ts");
      await rm(program);
      await door.types("pulumi stack rm violating --force");
    }
  });

  it("reports everything that is wrong with the settings in one error, without a stack trace", async () => {
    await door.types("pulumi stack init wrong");
    await door.types("pulumi config set chapters fargate,lambda");
    await door.types("pulumi config set memory 4096");
    await door.types("pulumi config set chapter fargate");
    const { code, output } = await door.type("npm run pulumi -- up");
    assert.notEqual(code, 0);
    assert.match(output, /ecs-handson:chapters: "lambda" unknown/);
    assert.match(output, /memory 4096 does not go with cpu 256/);
    assert.match(output, /ecs-handson:chapter: unknown key/);
    assert.equal(output.match(/^ +error: invalid settings of stack wrong/gm)?.length, 1, output);
    assert.doesNotMatch(output, /\bat .*:\d+:\d+/);
    await door.types("pulumi stack rm wrong --force");
  });

  it("shows what a program prints, and its errors with their location in the source", async () => {
    await door.types("pulumi stack init talking");
    await door.types(`sed -i.bak '1i console.log("hello from the program");' index.ts`);
    assert.match(await door.types("pulumi preview"), /hello from the program/);
    await door.types(`sed -i '$a (undefined as unknown as string).trim();' index.ts`);
    const line = (await door.types("wc -l < index.ts")).trim();
    const { code, output } = await door.type("pulumi preview");
    assert.notEqual(code, 0);
    assert.match(output, /TypeError: Cannot read properties of undefined/);
    assert.match(stripVTControlCharacters(output), new RegExp(`checkout/index\\.ts:${line}:`));
    await door.types("mv index.ts.bak index.ts");
    await door.types("pulumi stack rm talking --force");
  });

  it("reports what it runs on", async () => {
    const output = await door.types("pulumi about");
    assert.match(output, /written in nodejs: executable='.*' version='v\d+\./);
    assert.match(output, /@pulumi\/aws +7\./);
  });
});
