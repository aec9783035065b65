import type { Browser } from "playwright-core";

import { watchPage } from "../../../browser";
import { type siteFolders, startLoad } from "../../runtime/controlplane/load";
import { MemoryAccount } from "../../runtime/controlplane/memoryAccount";
import { service, siteUrl, startPlane, steady } from "../../runtime/controlplane/plane";
import { openDashboard } from "./fixtures";

/**
 * Starts two tasks of the old page under load, a deployment of the new one at the lesson's pace, and the dashboard.
 *
 * @param sites the folders of the images `old` and `new`
 * @param configuration the service's deployment configuration
 */
export async function openLesson(
  browser: Browser,
  sites: ReturnType<typeof siteFolders>,
  configuration: Record<string, unknown>,
  viewport: { width: number; height: number },
) {
  const account = new MemoryAccount();
  account.blueGreenSite(configuration, { desiredCount: 2 }, { image: "old" });
  const plane = await startPlane(account, { images: sites.images });
  const { dashboard } = await openDashboard(account, plane, { allowActions: true });
  await steady(plane);
  const context = await browser.newContext({ viewport, timezoneId: "Asia/Tokyo" });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const wrong = watchPage(page, new URL(dashboard.url).origin);
  await page.goto(dashboard.url);
  await page.getByText("Live", { exact: true }).waitFor();
  await page.getByLabel("Pace").selectOption("lesson");
  const load = startLoad(siteUrl(plane), 2);
  const before = service(plane).deployments[0]?.taskDefinition ?? "";
  const image = "new";
  account.service("site", { taskDefinition: account.taskDefinition("handson", { image }) });
  return {
    account,
    plane,
    page,
    wrong,
    load,
    before,
    now: page.getByRole("article", { name: "Now site" }),
  };
}
