import assert from "node:assert/strict";
import { once } from "node:events";
import { access, mkdir, readFile } from "node:fs/promises";
import * as path from "node:path";
import { createInterface } from "node:readline";

import { typedApart } from "../docs/commands";
import { engineTimeout, pulumiCli } from "../lab/cli/harness";
import { spawnGroup } from "../ownGroup";
import { Door } from "./door";

describe("pulumi in the lab", function () {
  this.timeout(2 * engineTimeout);
  let door: Door;
  let state: string;
  let lab: (args: string, cwd?: string) => Promise<string>;

  before(pulumiCli);
  before(async () => {
    door = await Door.open();
    state = path.join(door.folder, "state");
    lab = (args, cwd) => door.types(`npm run -s lab -- pulumi --state ${state} ${args}`, cwd);
  });
  after(() => door.close());

  const settings = () => path.join(state, "projects", "ecs-handson", "Pulumi.dev.yaml");

  it("previews a new stack with the settings that were set, under the policies", async () => {
    await lab("config set --path 'chapters[0]' ec2");
    assert.match(await readFile(settings(), "utf8"), /ecs-handson:chapters:\n +- ec2\n/);
    const output = await lab("preview --diff");
    assert.match(output, /\+ 66 to create/);
    assert.match(output, /ecs-handson@v[\d.]+ \[advisory\]/);
  });

  it("also accepts a list of names as one string", async () => {
    await lab("config set chapters fargate,ec2");
    assert.match(await lab("preview"), /\+ 80 to create/);
    await lab("config rm chapters");
  });

  it("deploys, prints outputs, and then finds nothing to change", async () => {
    await lab("up --yes");
    assert.match(await lab("stack output url"), /^http:\/\/handson-dev-\d+\..*\.localhost\/\n$/);
    await lab("up --yes --expect-no-changes");
    await lab("refresh --yes --expect-no-changes");
  });

  it("works on the same stack as the lab's own commands", async () => {
    const report = JSON.parse(
      await door.types(`npm run -s lab -- preview --json --state ${state}`),
    ) as { changes: object };
    assert.deepEqual(report.changes, { same: 52 });
  });

  it("reads and writes files in the folder where it was typed", async () => {
    await mkdir(path.join(door.checkout, "elsewhere"));
    await lab("stack graph graph.dot", "elsewhere");
    await lab("stack export --file=state.json", "elsewhere");
    await access(path.join(door.checkout, "elsewhere", "graph.dot"));
    await access(path.join(door.checkout, "elsewhere", "state.json"));
  });

  it("works on the program in whose folder it was typed", async () => {
    await lab("stack init github", "infra/github-oidc");
    for (const setting of [
      "repository ann/ecs-handson",
      "stateBucket states",
      "--plaintext secretsKeyArn arn:aws:kms:ap-northeast-1:123456789012:key/1",
    ]) {
      await lab(`config set --stack github ${setting}`, "infra/github-oidc");
    }
    assert.match(await lab("-C infra/github-oidc preview --stack github"), /GithubDeployRole/);
  });

  it("ends with pulumi's exit code", async () => {
    const { code, output } = await door.type(
      `npm run -s lab -- pulumi --state ${state} stack output nothing`,
    );
    assert.notEqual(code, 0);
    assert.match(output, /nothing/);
  });

  it("leaves the program's own files as they were", async () => {
    const own = await readFile(path.join(door.checkout, "Pulumi.dev.yaml"), "utf8");
    assert.doesNotMatch(own, /encryptionsalt/);
  });

  describe("while the lab is served", () => {
    let env: string;
    /** A block from a page, for the test's own lab. */
    const here = (block: string) => block.replace("lab -- env", `lab -- env --state ${state}`);
    let end: () => Promise<void>;

    before(async () => {
      const args = ["--state", state, "--port", "0", "--dashboard-port", "0"];
      const serve = spawnGroup(["npm", "run", "-s", "lab", "--", "serve", ...args], {
        cwd: door.checkout,
        env: door.env,
        stderr: "pipe",
      });
      // The tasks' events would bury the tests' results.
      serve.stderr?.resume();
      for await (const line of createInterface({ input: serve.stdout })) {
        if (line.startsWith("Ctrl-C stops")) break;
      }
      serve.stdout.resume();
      end = async () => {
        const closed = once(serve, "close");
        if (serve.pid !== undefined) process.kill(-serve.pid, "SIGINT");
        await closed;
      };
      env = here(typedApart("docs/aws-cli.md: eval"));
    });
    after(() => end());

    it("is plain pulumi, in a shell that the lab prepared", async () => {
      const type = (command: string) => door.types(`${env}\n${command}`);
      const shown = await door.types(here(typedApart("docs/lab.md: eval")));
      assert.match(shown, /^http:\/\/handson-dev-/);
      assert.match(await type('echo "$AWS_ENDPOINT_URL"'), /^http:\/\/127\.0\.0\.1:\d+$/m);
      assert.match(await type("pulumi preview"), /52 unchanged/);
      await type("pulumi config set desiredCount 2");
      assert.match(await type("pulumi up --yes"), /~ 1 updated/);
      assert.match(await type("pulumi config get desiredCount"), /^2$/m);
      assert.match(await type("cd docs && pulumi stack --show-name"), /^dev$/m);
    });

    it("does not print the passphrase", async () => {
      const passphrase = await readFile(path.join(state, "passphrase"), "utf8");
      const printed = await door.types(`npm run -s lab -- env --state ${state}`);
      assert.ok(!printed.includes(passphrase));
    });
  });

  describe("afterwards", () => {
    it("prepares no shell while nothing is served, and says so", async () => {
      const { code, output } = await door.type(`npm run -s lab -- env --state ${state}`);
      assert.equal(code, 1);
      assert.match(output, /^error: nothing is being served; run npm start/);
    });

    it("destroys the stack, and leaves nothing of it", async () => {
      await lab("destroy --yes");
      await lab("stack rm --yes dev");
      await assert.rejects(access(settings()));
    });
  });
});
