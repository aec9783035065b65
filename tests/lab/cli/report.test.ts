import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import * as path from "node:path";

import type { Log } from "sarif";

import { repository } from "../../../lab/shared/repository";
import { engineTimeout, lab, pulumiCli, stateFolder } from "./harness";

describe("lab preview --report", function () {
  this.timeout(engineTimeout);
  let state: string;
  let remove: () => Promise<void>;

  before(pulumiCli);
  before(async () => ({ state, remove } = await stateFolder()));
  after(() => remove());

  it("writes SARIF that points at the line of the program, not at one of the component it uses", async () => {
    const out = path.join(state, "reports", "policies.sarif");
    const args = ["preview", "--state", state, "--report", "sarif", "--out", out];
    const { code, stdout } = await lab(...args);
    assert.equal(code, 0);
    assert.match(stdout, /aws:ecs:Service/, "the plan is still printed");
    const log = JSON.parse(await readFile(out, "utf8")) as Log;
    const result = log.runs[0]?.results?.find(({ ruleId }) => ruleId === "listener-https");
    const { artifactLocation, region } = result?.locations?.[0]?.physicalLocation ?? {};
    const source = await readFile(path.join(repository, artifactLocation?.uri ?? ""), "utf8");
    assert.match(source.split("\n")[(region?.startLine ?? 0) - 1] ?? "", /new LoadBalancer\(/);
  });

  it("gives rule, file, line and remedy of each refusal, in SARIF and Markdown at once", async () => {
    const policyConfig = path.join(state, "strict.json");
    await writeFile(policyConfig, JSON.stringify({ "listener-https": "mandatory" }));
    const [sarif, markdown] = ["refused.sarif", "refused.md"].map((name) => path.join(state, name));
    const reports = ["--report", `sarif=${sarif}`, "--report", `markdown=${markdown}`];
    const { code, stderr } = await lab(
      ...["preview", "--state", state, "--policy-config", policyConfig, ...reports],
    );
    assert.equal(code, 1);
    assert.match(stderr, /1 mandatory policy violation; nothing was changed/);

    const [run] = (JSON.parse(await readFile(sarif ?? "", "utf8")) as Log).runs;
    const refused = run?.results?.filter(({ level }) => level === "error") ?? [];
    assert.deepEqual(
      refused.map(({ ruleId }) => ruleId),
      ["listener-https"],
    );
    const { artifactLocation, region } = refused[0]?.locations?.[0]?.physicalLocation ?? {};
    const remedy = run?.tool.driver.rules?.[refused[0]?.ruleIndex ?? -1]?.help?.text ?? "";
    assert.match(remedy, /HTTPS/);

    const comment = await readFile(markdown ?? "", "utf8");
    const [, refusals = ""] = /### Refused by policy \(1\)\n\n([^]*?)\n\n/.exec(comment) ?? [];
    assert.match(refusals, /\[listener-https\]/);
    assert.ok(refusals.includes(`| ${artifactLocation?.uri}:${region?.startLine} |`), refusals);
    assert.ok(refusals.includes(remedy), refusals);
  });

  it("rejects, before anything runs, reports that would overwrite each other or share an output", async () => {
    const refusal = async (...args: string[]) => {
      const { code, stderr } = await lab("preview", "--state", state, ...args);
      assert.equal(code, 1);
      return stderr;
    };
    assert.match(await refusal("--report", "xml"), /Allowed choices are sarif, markdown, json/);
    assert.match(await refusal("--report", "sarif="), /write a file name after sarif=/);
    const same = ["--report", "sarif=a", "--report", "json=./a"];
    assert.match(await refusal(...same), /a is already used by another report/);
    const both = ["--report", "sarif", "--report", "json"];
    assert.match(await refusal(...both), /only one report can go to standard output/);
    const out = ["--report", "sarif", "--report", "json", "--out", "a"];
    assert.match(await refusal(...out), /--out is for one report/);
  });
});
