import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

import type { Browser } from "playwright-core";

import { launchBrowser } from "../../../browser";
import { engineTimeout, pulumiCli } from "../../cli/harness";
import { fingerprintFile, fingerprintOf, servePictureLab } from "./pictureLab";

describe("the documentation's pictures of the dashboard", function () {
  this.timeout(engineTimeout);
  let browser: Browser;

  before(pulumiCli);
  before(async function () {
    browser = await launchBrowser(this);
  });
  after(async () => {
    // Undefined where there is no Chromium.
    await (browser as Browser | undefined)?.close();
  });

  it("show what the page of such a lab shows today (npm run docs:pictures retakes them)", async () => {
    const lab = await servePictureLab();
    try {
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
      page.setDefaultTimeout(engineTimeout);
      await page.goto(lab.url);
      await page.getByText("Live", { exact: true }).waitFor();
      assert.equal(await fingerprintOf(page), await readFile(fingerprintFile, "utf8"));
    } finally {
      await lab.stop();
    }
  });
});
