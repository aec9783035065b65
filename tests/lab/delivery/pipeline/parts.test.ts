import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

import fc from "fast-check";

import { Account } from "../../../../lab/account/account";
import { ImageStore } from "../../../../lab/delivery/images/imageStore";
import { extract, unzip, zip } from "../../../../lab/delivery/pipeline/artifacts";
import { matchesPattern } from "../../../../lab/delivery/pipeline/eventPattern";
import { StageGate } from "../../../../lab/delivery/pipeline/stageGate";
import { awsTool } from "../../../../lab/delivery/pipeline/tools/aws";
import { DockerStandIn } from "../../../../lab/delivery/pipeline/tools/docker";
import { create } from "../../account/fixtures";

describe("The entry to a stage", () => {
  const [one, two, three] = [{}, {}, {}];

  it("makes no execution wait in mode PARALLEL", async () => {
    const gate = new StageGate("PARALLEL");
    assert.deepEqual([await gate.enter(one), await gate.enter(two)], [true, true]);
  });

  it("lets a later execution take the place of the waiting one in mode SUPERSEDED", async () => {
    const gate = new StageGate("SUPERSEDED");
    const entered = [one, two, three].map((execution) => gate.enter(execution));
    assert.equal(await entered[1], false);
    gate.leave(one);
    assert.deepEqual([await entered[0], await entered[2]], [true, true]);
  });

  it("lets executions in one after the other in mode QUEUED", async () => {
    const gate = new StageGate("QUEUED");
    const order: number[] = [];
    const entered = [one, two, three].map(async (execution, index) => {
      assert.equal(await gate.enter(execution), true);
      order.push(index);
      gate.leave(execution);
    });
    await Promise.all(entered);
    assert.deepEqual(order, [0, 1, 2]);
  });

  it("forgets an execution that left while it waited", async () => {
    const gate = new StageGate("QUEUED");
    await gate.enter(one);
    void gate.enter(two);
    const last = gate.enter(three);
    gate.leave(two);
    gate.leave(one);
    assert.equal(await last, true);
  });
});

describe("An event pattern", () => {
  const event = { source: "aws.codecommit", resources: ["a", "b"], detail: { name: "main", n: 1 } };
  const cases: readonly [unknown, boolean][] = [
    [{ source: ["aws.codecommit", "other"] }, true],
    [{ source: ["other"] }, false],
    [{ resources: ["b"] }, true],
    [{ resources: ["c"] }, false],
    [{ detail: { name: ["main"], n: [1] } }, true],
    [{ detail: { name: ["main"], n: ["1"] } }, false],
    [{ detail: { none: ["x"] } }, false],
    [{ detail: { none: [{ exists: false }] } }, true],
    [{ detail: { name: [{ prefix: "ma" }] } }, true],
    [{ detail: { name: [{ suffix: "ma" }] } }, false],
    [{ detail: { name: [{ wildcard: "m*n" }] } }, true],
    [{ detail: { name: [{ "anything-but": ["main"] }] } }, false],
    [{ detail: { name: [{ "anything-but": { prefix: "x" } }] } }, true],
    [{ detail: { name: [{ "equals-ignore-case": "MAIN" }] } }, true],
    [{ detail: { name: [{ "no-such-operator": "main" }] } }, false],
  ];
  for (const [pattern, expected] of cases) {
    it(`${expected ? "matches" : "does not match"}: ${JSON.stringify(pattern)}`, () => {
      assert.equal(matchesPattern(pattern, event), expected);
    });
  }
});

describe("An artifact", () => {
  it("holds the files that were put into it, byte for byte", () => {
    const name = fc.stringMatching(/^[a-z]{1,8}(\/[a-z]{1,8}){0,2}\.x$/);
    fc.assert(
      fc.property(fc.dictionary(name, fc.uint8Array({ maxLength: 200 })), (files) => {
        const back = unzip(zip(files));
        assert.deepEqual(Object.keys(back).sort(), Object.keys(files).sort());
        for (const [key, content] of Object.entries(files)) {
          assert.deepEqual([...(back[key] ?? [])], [...content]);
        }
      }),
    );
  });

  it("writes no file outside its folder", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "artifact-"));
    try {
      const archive = zip({ "../escaped": new Uint8Array([1]) });
      await assert.rejects(extract(archive, path.join(folder, "in")), /outside of its folder/);
      assert.ok(!readdirSync(folder).includes("escaped"));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("The stand-ins for docker and aws", () => {
  const REGISTRY = "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com";
  const IMAGE = `${REGISTRY}/web:1`;
  let dir: string;
  let state: string;
  let account: Account;
  let docker: DockerStandIn;
  let out: string;

  beforeEach(async () => {
    dir = mkdtempSync(path.join(tmpdir(), "tools-"));
    state = mkdtempSync(path.join(tmpdir(), "tools-state-"));
    account = Account.inMemory();
    await create(account, "repository", { name: "web", imageTagMutability: "IMMUTABLE" });
    docker = new DockerStandIn({
      images: new ImageStore(account, state),
      registry: REGISTRY,
      password: "secret",
      hasEngine: () => Promise.resolve(false),
    });
    writeFileSync(path.join(dir, "page"), "one");
    writeFileSync(path.join(dir, "Dockerfile"), "FROM scratch\nCOPY page /\n");
  });
  afterEach(async () => {
    await docker.close();
    rmSync(dir, { recursive: true });
    rmSync(state, { recursive: true });
  });

  async function call(program: "docker" | "aws", args: string[], stdin = ""): Promise<number> {
    out = "";
    const write = (text: string) => {
      out += text;
    };
    const aws = awsTool(account, { region: "ap-northeast-1", registryPassword: "secret" });
    const tool = program === "docker" ? docker.tool : aws;
    return tool({ args, cwd: dir, stdin, out: write, err: write });
  }

  const logIn = (password: string) =>
    call("docker", ["login", "--username", "AWS", "--password-stdin", REGISTRY], password);

  it("build, log in and push; the image can then be described", async () => {
    assert.equal(await call("aws", ["ecr", "get-login-password", "--region", "ap-northeast-1"]), 0);
    assert.equal(await logIn(out), 0);
    assert.equal(await call("docker", ["build", "--platform", "linux/amd64", "-t", IMAGE, "."]), 0);
    assert.match(out, /^\[lab\] no Docker engine answers/);
    assert.equal(await call("docker", ["push", IMAGE]), 0);
    const [, digest = ""] = /digest: (sha256:\w+)/.exec(out) ?? [];
    const describe = ["ecr", "describe-images", "--repository-name", "web", "--image-ids"];
    const query = ["--query", "imageDetails[0].imageDigest", "--output", "text"];
    assert.equal(await call("aws", [...describe, "imageTag=1", ...query]), 0);
    assert.equal(out, `${digest}\n`);
    assert.equal(await call("aws", [...describe, "imageTag=2"]), 254);
    assert.match(out, /\(ImageNotFoundException\) when calling the DescribeImages operation/);
  });

  const failures: readonly [string, string[][], RegExp][] = [
    [
      "a push without a login",
      [
        ["build", "-t", IMAGE, "."],
        ["push", IMAGE],
      ],
      /^.*no basic auth credentials/s,
    ],
    [
      "a push of a missing image",
      [["push", IMAGE]],
      /An image does not exist locally with the tag/,
    ],
    [
      "a build of a missing folder",
      [["build", "none"]],
      /unable to prepare context: path "none" not found/,
    ],
    [
      "a build without a Dockerfile",
      [["build", "-f", "None", "."]],
      /failed to read dockerfile: open None/,
    ],
    ["an unknown flag", [["build", "--squash", "."]], /unknown flag: --squash/],
    ["an unknown command", [["run", "nginx"]], /'run' is not a command of the lab's stand-in/],
    ["a tag for a missing image", [["tag", "a", "b"]], /No such image: a:latest/],
  ];
  for (const [what, calls, message] of failures) {
    it(`refuse ${what}`, async () => {
      const codes: number[] = [];
      for (const args of calls) codes.push(await call("docker", args));
      assert.equal(codes.at(-1), 1);
      assert.match(out, message);
    });
  }

  it("refuse a wrong password, and a Dockerfile that copies a missing file", async () => {
    assert.equal(await logIn("wrong"), 1);
    assert.match(out, /failed with status: 400 Bad Request/);
    rmSync(path.join(dir, "page"));
    assert.equal(await call("docker", ["build", "."]), 1);
    assert.match(out, /"\/page": not found/);
  });

  it("refuse what ECR refuses: a tag that is taken, a repository that does not exist", async () => {
    await logIn("secret");
    await call("docker", ["build", "-t", IMAGE, "."]);
    await call("docker", ["push", IMAGE]);
    writeFileSync(path.join(dir, "page"), "two");
    await call("docker", ["build", "-t", IMAGE, "-t", `${REGISTRY}/none:1`, "."]);
    assert.equal(await call("docker", ["push", IMAGE]), 1);
    assert.match(out, /tag invalid: The image tag '1' already exists in the 'web' repository/);
    assert.equal(await call("docker", ["push", `${REGISTRY}/none:1`]), 1);
    assert.match(out, /name unknown: The repository with name 'none' does not exist/);
  });

  it("report calls, options and queries of the AWS CLI that they do not support", async () => {
    assert.equal(await call("aws", ["s3", "ls"]), 252);
    assert.match(
      out,
      /aws s3 ls: the lab's stand-in for the AWS CLI only supports ecr get-login-password/,
    );
    assert.equal(await call("aws", ["ecr", "describe-images", "--filter", "x"]), 252);
    assert.match(out, /--filter/);
    const identity = ["sts", "get-caller-identity", "--query"];
    const wrong = ["Account[", "sum(Account)", "none(Account)"];
    // Not in the AWS CLI's JMESPath.
    const newer = ["split(Arn, ':')", "`1` + `2`", "let $a = Arn in $a"];
    for (const query of [...wrong, ...newer]) {
      assert.equal(await call("aws", [...identity, query]), 252);
      assert.ok(out.includes(`Bad value for --query ${query}: `), out);
    }
  });

  it("apply JMESPath queries", async () => {
    const selected = async (query: string, ...more: string[]) => {
      assert.equal(await call("aws", ["sts", "get-caller-identity", "--query", query, ...more]), 0);
      return out;
    };
    assert.match(await selected("Account"), /^"\d{12}"\n$/);
    assert.equal(await selected("length(Account)"), "12\n");
    assert.equal(await selected("[Arn, UserId][?contains(@, ':codebuild')] | [0].none"), "null\n");
    assert.equal(await selected("sort(keys(@))[:2]", "--output", "text"), "Account\tArn\n");
    assert.equal(
      await selected("[none, contains(Arn, 'sts')]", "--output", "text"),
      "None\tTrue\n",
    );
  });
});
