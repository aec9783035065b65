import assert from "node:assert/strict";

import type { Browser } from "playwright-core";

import { launchBrowser, watchPage } from "../../../browser";
import { engineTimeout, LabProcess, pulumiCli, stateFolder } from "../../cli/harness";

describe("the dashboard of a lab with a pipeline", function () {
  this.timeout(2 * engineTimeout);
  let browser: Browser;

  before(pulumiCli);
  before(async function () {
    browser = await launchBrowser(this);
  });
  after(async () => {
    // Undefined where there is no Chromium.
    await (browser as Browser | undefined)?.close();
  });

  for (const [title, deploy, stage] of [
    ["replaces its tasks", "rolling", undefined],
    ["is deployed blue/green", "bluegreen", "BAKE_TIME"],
  ] as const) {
    it(`pushes the page, and shows how the pipeline builds it and the service ${title}`, async () => {
      const { state, remove } = await stateFolder();
      const ports = ["--port", "0", "--dashboard-port", "0"];
      const config = [
        "--config",
        "chapters=cicd",
        "--config",
        `cicdDeploy=${deploy}`,
        "--runtime",
        "static",
        "--allow-actions",
      ];
      const lab = new LabProcess(["start", "--state", state, ...config, ...ports]);
      try {
        const [, url = ""] = await lab.prints(/Dashboard: (http:\S+)/);
        const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
        page.setDefaultTimeout(engineTimeout);
        const wrong = watchPage(page, new URL(url).origin);
        await page.goto(url);
        await page.getByRole("button", { name: "Push nginx/ to dev" }).click();
        const pipelines = page.getByRole("region", { name: "Pipelines" });
        const run = pipelines.getByText("Push from the dashboard").locator("xpath=ancestor::li[1]");
        await run.getByText("InProgress", { exact: true }).first().waitFor();
        if (stage !== undefined) {
          const service = page.getByRole("article", { name: "Service cicd-dev" });
          await service.getByText(stage).first().waitFor();
        }
        const stages = run.locator(".stages > li");
        await stages.first().getByText("Succeeded", { exact: true }).first().waitFor();
        await stages.last().getByText("Succeeded", { exact: true }).first().waitFor();
        const states = await stages.locator("p:first-child .pill").allTextContents();
        assert.deepEqual([...new Set(states)], ["Succeeded"]);
        assert.deepEqual(wrong, []);
      } finally {
        lab.child.kill("SIGINT");
        await lab.exit();
        await remove();
      }
    });
  }
});
