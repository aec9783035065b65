import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkedConfig } from "../../policies/commands/checkConfig";
import { rules } from "../../policies/rules";

describe("the check of a policy configuration", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "policy-config-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const file = (text: string): string => {
    const path = join(folder, "config.json");
    writeFileSync(path, text);
    return path;
  };
  const problems = (config: unknown) => checkedConfig(file(JSON.stringify(config)), rules).problems;
  const run = (...args: readonly string[]) =>
    new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
      const command = join(__dirname, "../../policies/commands/checkConfig.ts");
      execFile(process.execPath, ["--import", "tsx", command, ...args], (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
      });
    });

  it("finds every misspelt name, level, type and value at once", () => {
    assert.deepEqual(
      problems({
        "listener-http": "advisory",
        "listener-https": "mandatroy",
        "log-group-retention": { enforcementLevel: "advisory", onUnknwon: "fail" },
        "ecs-service-security-group-vpc-only": {
          trustedSecurityGroupIds: "sg-1",
          vpcCidrBlocks: ["0.0.0.0/0"],
        },
        "ecs-task-definition-logging": { exemptions: [{ urn: "*", until: "tomorrow" }] },
        "ecr-immutable-tags": 3,
        "ecs-task-definition-awsvpc-network-mode": "disabled",
      }),
      [
        '"listener-http" is not a rule: did you mean "listener-https"?',
        'listener-https: "mandatroy" is not a level: did you mean "mandatory"?',
        'log-group-retention has no property "onUnknwon": did you mean "onUnknown"?',
        "ecs-service-security-group-vpc-only.trustedSecurityGroupIds: must be array",
        'ecs-service-security-group-vpc-only.vpcCidrBlocks: "0.0.0.0/0" is not a CIDR block a VPC can have (IPv4 /16 to /28, IPv6 /44 to /60)',
        "ecs-task-definition-logging.exemptions: 0 must have required property 'reason', 0 must have required property 'expires', 0 must NOT have additional properties",
        "ecr-immutable-tags is neither a level nor an object",
        'ecs-task-definition-awsvpc-network-mode is one of the tutorial\'s rules: it cannot be "disabled"',
      ],
    );
  });

  it("reports a level for all that lowers the tutorial's rules, unless they have their own", () => {
    assert.equal(problems({ all: "advisory" }).length, 3);
    const own = rules.filter(({ metadata }) => metadata.required === true);
    const levels = Object.fromEntries(own.map(({ name }) => [name, "mandatory"]));
    assert.deepEqual(problems({ all: "advisory", ...levels }), []);
  });

  it("says why a file is not a configuration", () => {
    const problemsOf = (path: string) => checkedConfig(path, rules).problems.join();
    assert.match(problemsOf(file("[]")), /not a JSON object of rules/);
    assert.match(problemsOf(file("{")), /JSON/);
    assert.match(problemsOf(join(folder, "none.json")), /ENOENT/);
    assert.equal(problemsOf(file("{}")), "");
    // Most likely it was cut off, and every rule would have its own level.
    assert.match(problemsOf(file("")), /it is empty; write \{\} for no settings/);
  });

  it("exits with an error and says what is wrong in which file", async () => {
    const wrong = file('{ "listener-http": "advisory" }');
    const right = join(__dirname, "../../policies/config/dev.json");
    const { code, stdout, stderr } = await run(right, wrong, join(folder, "none.json"));
    assert.deepEqual([code, stdout], [1, ""]);
    assert.equal(stderr.split("\n")[0], `${wrong} is wrong:`);
    assert.match(stderr, /none\.json is wrong:\n {2}- ENOENT/);
    assert.doesNotMatch(stderr, /dev\.json/);
    assert.deepEqual(await run(right), { code: 0, stdout: "", stderr: "" });
    assert.equal((await run()).code, 2);
    assert.match((await run("--lisst")).stderr, /^error: Unknown option '--lisst'/);
  });

  it("lists what each rule is set to, including an organisation's own rules", async () => {
    const path = file(
      '{ "listener-https": { "enforcementLevel": "mandatory", "onUnknown": "fail" } }',
    );
    const own = join(__dirname, "ownPack", "rules");
    const { code, stdout } = await run(path, "--list", "--rules", own);
    assert.equal(code, 0);
    assert.match(stdout, /^ {2}listener-https +mandatory +\{"onUnknown":"fail"\}$/m);
    assert.match(stdout, /^ {2}log-group-retention +advisory$/m);
    assert.match(stdout, /^ {2}acme-topic-encrypted +mandatory$/m);
    assert.equal(stdout.trimEnd().split("\n").length, 1 + rules.length + 1);
  });
});
