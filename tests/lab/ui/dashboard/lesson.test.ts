import assert from "node:assert/strict";

import type { Browser, Page } from "playwright-core";

import { assertAccessible, launchBrowser } from "../../../browser";
import { siteFolders } from "../../runtime/controlplane/load";
import { endPlanes, service, siteUrl, steady } from "../../runtime/controlplane/plane";
import { closeDashboards } from "./fixtures";
import { openLesson } from "./lesson";

/** How far the dashboard may be from what the clients saw, in percent of the requests. */
const tolerance = 5;

describe("a deployment at the lesson's pace", function () {
  this.timeout(240_000);
  let browser: Browser;
  let sites: ReturnType<typeof siteFolders>;

  before(async function () {
    browser = await launchBrowser(this);
  });
  after(async () => {
    // Undefined where there is no Chromium.
    await (browser as Browser | undefined)?.close();
  });
  beforeEach(() => {
    sites = siteFolders({ old: "old page", new: "new page" });
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await closeDashboards();
    await endPlanes();
    sites.remove();
  });

  const lesson = (configuration: Record<string, unknown>, width = 1440) =>
    openLesson(browser, sites, configuration, { width, height: 900 });

  /** Waits until an expression is true in the page, which does not allow `eval` in it. */
  async function holds(page: Page, expression: string): Promise<void> {
    while (!(await page.evaluate<boolean>(expression))) await page.waitForTimeout(50);
  }

  /** The newest revision's share of the requests, as the page shows it. */
  const sharesOn = (page: Page) =>
    page.evaluate<{ configured: number; measured: number }>(`(() => {
      const cells = document.querySelectorAll(".shares tbody tr:first-child td");
      const [, configured, measured] = [...cells].map(({ textContent }) => parseFloat(textContent));
      return { configured, measured };
    })()`);

  /** Compares the page with its clients while old and new both get requests. */
  async function assertAgreement(
    { page, load }: Awaited<ReturnType<typeof lesson>>,
    expected: number,
  ) {
    await holds(
      page,
      `parseFloat(document.querySelector(".shares tbody tr:first-child td:nth-child(3)")?.textContent) === ${expected}`,
    );
    const from = load.answers.length;
    // The page is updated once a second.
    await page.waitForTimeout(2500);
    const shown = await sharesOn(page);
    const seen = load.answers.slice(from).map(({ body }) => body);
    const share = (100 * seen.filter((body) => body === "new page").length) / seen.length;
    const what = JSON.stringify({ ...shown, share, answers: seen.length });
    assert.equal(shown.configured, expected, what);
    assert.ok(seen.length > 20, what);
    assert.ok(Math.abs(shown.measured - share) < tolerance, what);
    assert.ok(Math.abs(shown.measured - expected) < tolerance, what);
  }

  it("shows old and new tasks answering side by side while tasks are replaced", async () => {
    const site = await lesson({ strategy: "ROLLING" });
    await site.now.getByText("start new tasks").waitFor();
    await assertAgreement(site, 50);
    const present = site.now.locator("[aria-current=step]");
    assert.match((await present.textContent()) ?? "", /old and new side by side\s*\d+ s left/);
    await assertAccessible(site.page);
    await steady(site.plane);
    await site.load.stop();
    assert.deepEqual(site.wrong, []);
  });

  it("shows a canary's share of the requests, its steps and how long they last", async () => {
    const canaryConfiguration = { canaryPercent: 10, canaryBakeTimeInMinutes: "2" };
    const configuration = { strategy: "CANARY", bakeTimeInMinutes: "1", canaryConfiguration };
    const site = await lesson(configuration);
    await assertAgreement(site, 10);
    const present = site.now.locator("[aria-current=step]");
    assert.match((await present.textContent()) ?? "", /10 % of requests to new tasks\s*\d s left/);
    await site.now.getByText("100 % of requests to new tasks").waitFor();
    await steady(site.plane);
    await site.load.stop();
    assert.deepEqual(site.wrong, []);
  });

  it("shows a blue/green deployment switch, and rolls it back at once when told to", async () => {
    const site = await lesson({ strategy: "BLUE_GREEN", bakeTimeInMinutes: "5" });
    await site.now.getByText("test traffic to new tasks").waitFor();
    await holds(
      site.page,
      `document.querySelector("[aria-current=step]")?.textContent.includes("test traffic") === true`,
    );
    const answer = await fetch(siteUrl(site.plane), { headers: { "x-test": "true" } });
    assert.equal((await answer.text()).trim(), "new page");
    assert.equal((await sharesOn(site.page)).configured, 0);
    await assertAgreement(site, 100);
    await site.page.getByRole("button", { name: "Stop and roll back site" }).click();
    await site.page.getByRole("button", { name: "Yes, roll back site" }).click();
    await site.now.getByText("rolling back", { exact: true }).waitFor();
    await steady(site.plane);
    assert.equal(service(site.plane).deployments[0]?.taskDefinition, site.before);
    await site.load.stop();
    assert.deepEqual(site.wrong, []);
  });

  it("can be seen without scrolling, even on a phone", async () => {
    const site = await lesson({ strategy: "BLUE_GREEN", bakeTimeInMinutes: "1" }, 390);
    const present = site.now.locator("[aria-current=step]");
    await present.waitFor();
    const bottom = await site.page.evaluate<number>(
      `Math.max(...[".shares", "[aria-current=step]"].map(
        (part) => document.querySelector(part).getBoundingClientRect().bottom,
      ))`,
    );
    assert.ok(bottom <= 900, `it ends at ${bottom} px`);
    const needed = await site.page.evaluate<number>("document.documentElement.scrollWidth");
    assert.ok(needed <= 390, `it is ${needed} px wide`);
    await site.page.getByLabel("Pace").selectOption("fast");
    await steady(site.plane);
    await site.load.stop();
  });
});
