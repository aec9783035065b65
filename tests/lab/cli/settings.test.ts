import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";

import { accountOf, engineTimeout, lab, pulumiCli, stateFolder } from "./harness";

describe("bad input to the lab", function () {
  this.timeout(engineTimeout);
  let state: string;
  let remove: () => Promise<void>;

  before(pulumiCli);
  before(async () => ({ state, remove } = await stateFolder()));
  after(() => remove());

  it("gives one error that lists every bad setting and exit code 1, and creates nothing", async () => {
    const settings = {
      chapter: "fargate",
      chapters: "fargate,lambda",
      cpu: "256",
      memory: "4096",
      vpcCidrBlock: "10.0.0.0/26",
      name: "a-name-that-is-far-too-long",
      desiredCount: "-1",
    };
    const config = Object.entries(settings).flatMap(([key, value]) => [
      "--config",
      `${key}=${value}`,
    ]);
    const { code, stdout, stderr } = await lab("up", "--no-serve", "--state", state, ...config);
    assert.equal(code, 1);
    for (const message of [
      /ecs-handson:chapter: unknown key; did you mean chapters\?/,
      /ecs-handson:chapters: "lambda" unknown/,
      /memory 4096 does not go with cpu 256/,
      /ecs-handson:vpcCidrBlock: 10\.0\.0\.0\/26 is too small/,
      /ecs-handson:name: "a-name-that-is-far-too-long" is too long/,
      /'ecs-handson:desiredCount' value '-1'/,
    ]) {
      assert.match(stdout, message);
    }
    assert.equal(
      stdout.match(/^error: invalid settings of stack dev/gm)?.length,
      1,
      "printed once",
    );
    assert.match(stderr, /preview failed: .*nothing was changed/);
    assert.deepEqual(await accountOf(state), []);
  });

  it("such as a value that cannot be parsed is reported, and does not affect later commands", async () => {
    const onState = ["--no-serve", "--state", state];
    const { code, stdout, stderr } = await lab("up", ...onState, "--config", "desiredCount=[[[");
    assert.equal(code, 1);
    assert.match(stdout + stderr, /error: .*desiredCount.* must be of type .integer/);
    assert.doesNotMatch(stdout + stderr, /\n +at /);
    assert.equal((await lab("preview", "--state", state)).code, 0);
  });

  it("is not kept: the next command has the settings from before", async () => {
    const { code, stdout } = await lab("config", "--state", state);
    assert.equal(code, 0);
    assert.doesNotMatch(stdout, /set for dev/);
  });

  for (const [what, args, message] of [
    ["a stack name that is a path", ["preview", "--stack", "../x"], /stack name "\.\.\/x"/],
    [
      "a stack name that git or rm would take for flags",
      ["preview", "--stack=-rf"],
      /stack name "-rf"/,
    ],
    ["a stack that does not exist", ["destroy", "--stack", "nobody"], /there is no stack nobody; /],
    ["a setting without a value", ["preview", "--config", "cpu"], /write KEY=VALUE/],
    ["an unknown runtime", ["serve", "--runtime", "podman"], /Allowed choices are docker, nginx/],
    ["a port that is not a number", ["serve", "--port", "x"], /a whole number from 0 to 65535/],
    ["an unknown command", ["upp"], /unknown command 'upp'/],
  ] as const) {
    it(`such as ${what} is refused before anything starts`, async () => {
      const before = await readdir(state);
      const { code, stderr } = await lab(...args, ...(args[0] === "upp" ? [] : ["--state", state]));
      assert.equal(code, 1);
      assert.match(stderr, message);
      assert.deepEqual(
        (await readdir(state)).filter((file) => !before.includes(file) && file !== "account"),
        [],
      );
    });
  }
});
