import assert from "node:assert/strict";

import type { Browser, BrowserContextOptions, Page } from "playwright-core";

import { Dashboard } from "../../../../lab/ui/dashboard/server";
import { assertAccessible, launchBrowser, watchPage } from "../../../browser";
import { MemoryAccount } from "../../runtime/controlplane/memoryAccount";
import { endPlanes, runningTasks, service, startPlane } from "../../runtime/controlplane/plane";
import { closeDashboards, failedPipeline, openDashboard, refusedPreview } from "./fixtures";

/** Generous, for a busy machine; in milliseconds. */
const patience = 30_000;

describe("the dashboard's page", function () {
  this.timeout(120_000);
  let browser: Browser;
  let wrong: string[];

  before(async function () {
    browser = await launchBrowser(this);
  });
  after(async () => {
    // Undefined where there is no Chromium.
    await (browser as Browser | undefined)?.close();
  });
  beforeEach(() => {
    wrong = [];
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await closeDashboards();
    await endPlanes();
  });

  async function look(url: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      ...options,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(patience);
    wrong = watchPage(page, new URL(url).origin);
    await page.goto(url);
    await page.getByText("Live", { exact: true }).waitFor();
    return page;
  }

  /** The tutorial's service on Fargate, one on instances, and a network. */
  async function chapters(options: Parameters<typeof openDashboard>[2] = {}) {
    const account = new MemoryAccount();
    const arns = account.site();
    const { provider } = account.cluster();
    account.service("nginx", {
      taskDefinition: account.instanceTask("nginx-task"),
      capacityProviderStrategies: [{ capacityProvider: provider, weight: 1, base: 0 }],
    });
    account.put("aws:ec2/vpc:Vpc", "vpc-1", { cidrBlock: "10.0.0.0/16" });
    for (const id of ["subnet-a", "subnet-c"]) {
      account.put("aws:ec2/subnet:Subnet", id, { vpcId: "vpc-1", cidrBlock: "10.0.1.0/24" });
    }
    // Processes, as they take long enough to start and end to be seen.
    const plane = await startPlane(account, { runtime: "static" });
    const opened = await openDashboard(account, plane, options);
    await plane.whenSteady(patience);
    return { account, plane, ...arns, ...opened, url: opened.dashboard.url };
  }

  /** Starts to collect every text that the service `site` shows. */
  async function collectTexts(page: Page): Promise<() => Promise<string[]>> {
    await page.evaluate(`window.texts = [];
      new MutationObserver(() =>
        window.texts.push(document.querySelector('[aria-label="Service site"]').textContent),
      ).observe(document, { subtree: true, childList: true, characterData: true })`);
    return () => page.evaluate<string[]>("window.texts");
  }

  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of [360, 1440]) {
      it(`is accessible and fits, ${colorScheme} and ${width} px wide`, async () => {
        const more = { pipelines: [failedPipeline] };
        const { url, report } = await chapters({ allowActions: true, more });
        report(refusedPreview);
        const page = await look(url, { colorScheme, viewport: { width, height: 800 } });
        await page.getByText("It lets 0.0.0.0/0 in.").waitFor();
        await page.getByText("Log of Build").click();
        await page.getByText("exit 1").waitFor();
        await assertAccessible(page);
        const needed = await page.evaluate<number>("document.documentElement.scrollWidth");
        assert.ok(needed <= width, `it is ${needed} px wide`);
        assert.deepEqual(wrong, []);
      });
    }
  }

  it("weighs less than 200 kB with everything that it loads", async () => {
    const { url } = await chapters();
    const context = await browser.newContext();
    const page = await context.newPage();
    const sizes: Promise<number>[] = [];
    page.on("response", (response) => {
      // The events never end.
      if (response.url().endsWith("/api/events")) return;
      sizes.push(response.body().then((body) => body.length));
    });
    await page.goto(url);
    await page.getByText("Live", { exact: true }).waitFor();
    const snapshot = await (await page.request.get(`${url}/api/snapshot`)).body();
    const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, snapshot.length);
    assert.ok(sizes.length > 10);
    assert.ok(bytes < 200_000, `${bytes} bytes`);
  });

  it("sends no requests and changes nothing while nothing happens", async () => {
    const { url } = await chapters();
    const page = await look(url);
    const requests: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    const mutations = await page.evaluate<number>(`new Promise((resolve) => {
      let count = 0;
      const all = { subtree: true, childList: true, attributes: true, characterData: true };
      new MutationObserver((records) => (count += records.length)).observe(document, all);
      setTimeout(() => resolve(count), 3000);
    })`);
    assert.equal(mutations, 0);
    assert.deepEqual(requests, []);
  });

  it("shows that a target turns unhealthy, why, and that it recovers", async () => {
    const { account, plane, service: arn, url } = await chapters();
    account.put("aws:ecs/service:Service", arn, { healthCheckGracePeriodSeconds: 600 });
    const page = await look(url);
    const balancing = page.getByRole("region", { name: "Load balancing" });
    await balancing.getByText("1 of 1 target healthy").first().waitFor();
    const task = runningTasks(plane)[0]?.arn ?? "";

    plane.breakHealth(task, true);
    await balancing.getByText("unhealthy", { exact: true }).waitFor();
    await balancing.getByText(/Health checks failed: broken on purpose/).waitFor();
    await balancing.getByText("0 of 1 target healthy").first().waitFor();
    plane.breakHealth(task, false);
    await balancing.getByText("healthy", { exact: true }).waitFor();
    await balancing.getByText("1 of 1 target healthy").first().waitFor();
    assert.deepEqual(wrong, []);
  });

  it("shows which rule refused a preview, and tells a screen reader", async () => {
    const { url, report } = await chapters();
    const page = await look(url);
    report(refusedPreview);
    const policies = page.getByRole("region", { name: "Stacks and policies" });
    await policies.getByText("ecs-service-security-group-vpc-only").waitFor();
    await policies.getByText("mandatory").waitFor();
    await policies.getByText("components/service/fargateService.ts:12").waitFor();
    const news = page.getByRole("log", { name: "News" });
    await news
      .getByText(/preview failed: refused by ecs-service-security-group-vpc-only/)
      .waitFor();
  });

  it("shows a rolling deployment, from the new revision's first task to its end", async () => {
    const { account, plane, service: arn, url } = await chapters();
    const page = await look(url);
    const site = page.getByRole("article", { name: "Service site" });
    const [old] = runningTasks(plane);
    await site.getByText("handson:1").first().waitFor();
    // Four tasks one after the other, so that it lasts: changes are sent ten times a second.
    const oneMore = { deploymentMaximumPercent: 125, deploymentMinimumHealthyPercent: 100 };
    account.put("aws:ecs/service:Service", arn, { desiredCount: 4, ...oneMore });
    await plane.whenSteady(patience);
    const texts = await collectTexts(page);
    const taskDefinition = account.taskDefinition("handson", { stopTimeout: 2 });
    account.put("aws:ecs/service:Service", arn, { taskDefinition });
    await page.getByText("Stopped tasks (4)").click();
    await site.getByText("handson:3").first().waitFor();
    const both = (await texts()).filter((text) => /PRIMARY.*ACTIVE/.test(text));
    assert.ok(both.some((text) => text.includes("handson:3") && text.includes("handson:1")));
    assert.ok(both.every((text) => text.includes("IN_PROGRESS")));
    await site.getByText(old?.arn.split("/").at(-1)?.slice(0, 8) ?? "", { exact: true }).waitFor();
    assert.deepEqual(wrong, []);
  });

  it("shows a blue/green deployment: its stage, and where the traffic went", async () => {
    const account = new MemoryAccount();
    account.blueGreenSite({ strategy: "BLUE_GREEN", bakeTimeInMinutes: "1" });
    // A minute of bake time is two seconds, so that it can be seen.
    const plane = await startPlane(account, { times: { deploymentSpeed: 30 } });
    const { dashboard } = await openDashboard(account, plane);
    await plane.whenSteady(patience);
    const page = await look(dashboard.url);
    const site = page.getByRole("article", { name: "Service site" });
    await site.getByText("blue/green").waitFor();
    const texts = await collectTexts(page);
    account.service("site", { taskDefinition: account.taskDefinition("handson") });
    await site.getByText("Stopped tasks (1)").waitFor();
    const shown = (await texts()).join("\n");
    // Of the stages, only the bake time lasts: others may pass between two snapshots.
    assert.match(shown, /BAKE_TIME[^]*first0 %alternate100 %/);
    assert.deepEqual(wrong, []);
  });

  it("says since when it is stale, and continues by itself when the lab is back", async () => {
    const { account, plane, dashboard, url } = await chapters();
    const page = await look(url);
    await dashboard.close();
    const shown = /^Stale since \d\d:\d\d:\d\d: the lab has ended or .*; start it with npm start$/;
    await page.getByText(shown).waitFor();
    const again = await Dashboard.start({
      port: Number(new URL(url).port),
      account,
      status: () => Promise.resolve({ stacks: { anew: 1 }, reports: [], plane: plane.status() }),
      onChange: (listener) => plane.onChange(listener),
      onEvent: (listener) => plane.onEvent(listener),
    });
    await page.getByText("Live", { exact: true }).waitFor();
    await page.getByRole("article", { name: "Stack anew" }).waitFor();
    await page.close();
    await again.close();
  });

  it("shows only one stack when asked to, even after a reload", async () => {
    const account = new MemoryAccount();
    account.service("web", { taskDefinition: account.taskDefinition("web") });
    const plane = await startPlane(account);
    const more = { stacks: { test: 2, alice: 1 } };
    const { dashboard } = await openDashboard(account, plane, { more });
    const page = await look(dashboard.url);
    const stacks = page.getByRole("region", { name: "Stacks", exact: true });
    await stacks.getByRole("row", { name: /^alice no service/ }).waitFor();
    await stacks.getByRole("link", { name: "test" }).click();
    await page.getByRole("article", { name: "Service web" }).waitFor();
    await page.getByRole("combobox", { name: /^Stack/ }).selectOption("alice");
    await page.getByRole("article", { name: "Service web" }).waitFor({ state: "detached" });
    await page.reload();
    await page.getByRole("article", { name: "Stack alice" }).waitFor();
    assert.equal(await page.getByRole("article", { name: "Stack test" }).count(), 0);
    assert.equal(await page.getByRole("article", { name: "Service web" }).count(), 0);
  });

  it("has room for many stacks, and shows the state of each", async () => {
    const account = new MemoryAccount();
    account.service("web", { taskDefinition: account.taskDefinition("web") });
    const plane = await startPlane(account);
    const names = Array.from({ length: 9 }, (_, index) => `learner-${index}`);
    const stacks = Object.fromEntries([...names, "test"].map((name) => [name, 5]));
    const { dashboard, report } = await openDashboard(account, plane, { more: { stacks } });
    await plane.whenSteady(patience);
    report({ ...refusedPreview, stack: "learner-3" });
    const page = await look(dashboard.url);
    await page.getByRole("row", { name: /^learner-3 .*preview failed 1 violation$/ }).waitFor();
    await page.getByRole("row", { name: /^test steady 1 of 1/ }).waitFor();
    const needed = await page.evaluate<number>("document.documentElement.scrollHeight");
    assert.ok(needed <= 1200, `it is ${needed} px high`);
  });

  it("shows the command that fills an empty account", async () => {
    const account = new MemoryAccount();
    const plane = await startPlane(account);
    const { dashboard } = await openDashboard(account, plane, { more: { stacks: {} } });
    const page = await look(dashboard.url);
    await page.getByText("npm run lab -- up --no-serve").waitFor();
  });

  it("keeps the network folded at the end, and counts violations and advice separately", async () => {
    const { url, report } = await chapters();
    const advice = refusedPreview.findings.map((one) => ({ ...one, level: "advisory" as const }));
    report({ ...refusedPreview, result: "succeeded", findings: [...advice, ...advice, ...advice] });
    const page = await look(url);
    const titles = await page.getByRole("heading", { level: 2 }).allTextContents();
    assert.deepEqual([titles[0], titles.at(-1)], ["Now", "Network"]);
    assert.ok(!(await page.getByRole("article", { name: "VPC vpc-1" }).isVisible()));
    const summary = page.getByRole("region", { name: "Summary" });
    await summary.getByText("Pieces of advice3").waitFor();
    await summary.getByText("Policy violations0").waitFor();
  });

  it("lists events by the time at which they happened", async () => {
    const { url, report } = await chapters();
    report({ ...refusedPreview, stack: "test" }); // long ago, and reported last
    const page = await look(url);
    await page
      .getByText(/preview failed: refused by/)
      .first()
      .waitFor();
    const times = await page.evaluate<string[]>(
      `[...document.querySelectorAll("[aria-label='Event log'] time")].map((time) => time.dateTime)`,
    );
    assert.ok(times.length > 5);
    assert.deepEqual(times, times.toSorted().reverse());
  });

  it("says what a pipeline without a run waits for, and its mode in words", async () => {
    const waiting = { ...failedPipeline, executionMode: "SUPERSEDED" as const, runs: [] };
    const { url } = await chapters({ more: { pipelines: [waiting] } });
    const page = await look(url);
    const pipelines = page.getByRole("region", { name: "Pipelines" });
    await pipelines.getByText("Waiting for its first push.").waitFor();
    await pipelines.getByText("a newer push replaces a waiting one").waitFor();
    assert.equal(await pipelines.getByText("SUPERSEDED").count(), 0);
    assert.equal(await pipelines.locator(".pill.bad").count(), 0);
  });

  it("keeps the colours that were chosen", async () => {
    const { url } = await chapters();
    const page = await look(url, { colorScheme: "light" });
    const ground = () => page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
    const light = await ground();
    await page.getByLabel("Colours").selectOption("dark");
    assert.notEqual(await ground(), light);
    const dark = await ground();
    await page.reload();
    await page.getByText("Live", { exact: true }).waitFor();
    assert.equal(await ground(), dark);
  });

  describe("with actions allowed", () => {
    it("stops a task with the keyboard alone, and keeps the focus in its section", async () => {
      const { plane, url } = await chapters({ allowActions: true });
      const page = await look(url);
      const [task] = runningTasks(plane);
      const id = task?.arn.split("/").at(-1)?.slice(0, 8) ?? "";
      await page.getByRole("button", { name: `Stop task ${id}` }).focus();
      await page.keyboard.press("Enter");
      await page.getByText(`Task ${id} was stopped.`).waitFor();
      const focused = "document.activeElement.closest('section')?.getAttribute('aria-labelledby')";
      assert.equal(await page.evaluate(focused), "services");
      await plane.whenSteady(patience);
    });

    it("keeps the focus on a button while the page around it changes", async () => {
      const { plane, url, service: arn } = await chapters({ allowActions: true });
      const page = await look(url);
      const id = runningTasks(plane)[0]?.arn.split("/").at(-1)?.slice(0, 8) ?? "";
      await page.getByRole("button", { name: `Break health of task ${id}` }).focus();
      plane.setDesiredCount(arn, 3);
      await page.getByText("3 of 3 targets healthy").first().waitFor();
      const label = "document.activeElement.getAttribute('aria-label')";
      assert.equal(await page.evaluate(label), `Break health of task ${id}`);
    });

    it("sets a desired count, and breaks and repairs a task's health", async () => {
      const { account, plane, url, service: arn } = await chapters({ allowActions: true });
      account.put("aws:ecs/service:Service", arn, { healthCheckGracePeriodSeconds: 600 });
      const page = await look(url);
      await page.getByLabel("Desired count of site").fill("2");
      await page.getByLabel("Desired count of site").press("Enter");
      await page.getByText("2 of 2 targets healthy").first().waitFor();
      assert.equal(service(plane).desiredCount, 2);
      const task = runningTasks(plane)[0]?.arn.split("/").at(-1)?.slice(0, 8) ?? "";
      await page.getByRole("button", { name: `Break health of task ${task}` }).click();
      await page.getByText("1 of 2 targets healthy").first().waitFor();
      await page.getByRole("button", { name: `Fix health of task ${task}` }).click();
      await page.getByText("2 of 2 targets healthy").first().waitFor();
      assert.deepEqual(wrong, []);
    });

    it("shows the lab's reason when it refuses", async () => {
      const { plane, url } = await chapters({ allowActions: true });
      const page = await look(url);
      const id = runningTasks(plane)[0]?.arn.split("/").at(-1)?.slice(0, 8) ?? "";
      await page.route("**/api/actions", (route) =>
        route.fulfill({ status: 400, body: "No service has such a task." }),
      );
      await page.getByRole("button", { name: `Stop task ${id}` }).click();
      await page.getByRole("status").getByText("No service has such a task.").waitFor();
    });
  });

  it("offers no actions unless they were allowed", async () => {
    const { url } = await chapters();
    const page = await look(url);
    await page.getByRole("article", { name: "Service site" }).waitFor();
    assert.equal(await page.getByRole("button").count(), 0);
  });
});
