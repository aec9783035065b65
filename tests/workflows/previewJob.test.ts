import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import * as path from "node:path";
import { promisify } from "node:util";

import { parse } from "yaml";
import { z } from "zod";

import { repository } from "../../lab/shared/repository";
import { engineTimeout, pulumiCli, stateFolder } from "../lab/cli/harness";

const run = promisify(execFile);

const workflow = z.object({
  jobs: z.object({
    lab: z.object({
      steps: z.array(z.object({ name: z.string().optional(), run: z.string().optional() })),
    }),
  }),
});

describe("the preview job", function () {
  // Each of its four steps runs the engine.
  this.timeout(4 * engineTimeout);
  before(pulumiCli);

  it("makes the reports and the picture of a change", async () => {
    const file = path.join(repository, ".github", "workflows", "preview.yml");
    const { steps } = workflow.parse(parse(await readFile(file, "utf8"))).jobs.lab;
    const { state, remove } = await stateFolder();
    const reports = path.join(state, "reports");
    // Everything is installed here already, and one chapter is enough.
    const env = {
      ...process.env,
      LAB: path.join(state, "lab"),
      REPORTS: reports,
      CHAPTERS: '["fargate"]',
    };
    const step = async (name: string, change = (script: string) => script) => {
      const script = steps.find((one) => one.name === name)?.run;
      assert.ok(script !== undefined, `there is a step "${name}"`);
      await run("bash", ["-e", "-o", "pipefail", "-c", change(script.replace("npm ci\n", ""))], {
        cwd: repository,
        env,
      });
    };
    try {
      await step("Deploy the base");
      await step("Preview", (script) =>
        script.replace(" --report", " --config desiredCount=2 --report"),
      );
      await step("Draw what would change");
      await step("Estimate the costs");
      assert.deepEqual((await readdir(reports)).sort(), [
        "change.svg",
        "cost.txt",
        "policies.sarif",
        "preview.md",
      ]);
      const read = (name: string) => readFile(path.join(reports, name), "utf8");
      assert.match(
        await read("preview.md"),
        /✅ preview of stack preview\n\nResources: .*1 update/,
      );
      assert.match(await read("change.svg"), /^<svg|^<\?xml/);
      assert.match(await read("cost.txt"), /total/);
    } finally {
      await remove();
    }
  });
});
