import { mkdir, writeFile } from "node:fs/promises";
import * as path from "node:path";

import type { Browser } from "playwright-core";

import { messageOf } from "../../../../lab/shared/messageOf";
import { findChromium, startChromium } from "../../../browser";
import { siteFolders } from "../../runtime/controlplane/load";
import { endPlanes, steady } from "../../runtime/controlplane/plane";
import { closeDashboards } from "./fixtures";
import { openLesson } from "./lesson";
import { fingerprintFile, fingerprintOf, pictureFolder, servePictureLab } from "./pictureLab";

// npm run docs:pictures: pictures of the dashboard of a real lab, and what they show as text.
async function takePictures(): Promise<void> {
  const executablePath = await findChromium();
  if (executablePath === undefined)
    throw new Error("there is no Chromium: apt-get install chromium");
  await mkdir(pictureFolder, { recursive: true });
  const lab = await servePictureLab();
  const browser = await startChromium(executablePath);
  try {
    for (const width of [390, 1440]) {
      for (const colorScheme of ["light", "dark"] as const) {
        const viewport = { width, height: 900 };
        const page = await browser.newPage({ viewport, colorScheme, timezoneId: "Asia/Tokyo" });
        await page.goto(lab.url);
        await page.getByText("Live", { exact: true }).waitFor();
        const file = path.join(pictureFolder, `dashboard-${width}-${colorScheme}.png`);
        await page.screenshot({ path: file, fullPage: true });
        if (width === 1440) await writeFile(fingerprintFile, await fingerprintOf(page));
        await page.close();
        process.stdout.write(`${path.relative(process.cwd(), file)}\n`);
      }
    }
    await takeCanary(browser);
  } finally {
    await browser.close();
    await lab.stop();
  }
}

/** Takes pictures of what is seen first while a canary has a tenth of the requests, on a screen and on a phone. */
async function takeCanary(browser: Browser): Promise<void> {
  const canaryConfiguration = { canaryPercent: 10, canaryBakeTimeInMinutes: "2" };
  const configuration = { strategy: "CANARY", bakeTimeInMinutes: "1", canaryConfiguration };
  for (const width of [390, 1440]) {
    const sites = siteFolders({ old: "old page", new: "new page" });
    try {
      const { load, now, page, plane } = await openLesson(browser, sites, configuration, {
        width,
        height: 900,
      });
      await now.locator("[aria-current=step]", { hasText: "10 % of requests" }).waitFor();
      // The measured share is updated once a second.
      await page.waitForTimeout(2500);
      const file = path.join(pictureFolder, `dashboard-canary-${width}.png`);
      await page.screenshot({ path: file });
      process.stdout.write(`${path.relative(process.cwd(), file)}\n`);
      await steady(plane);
      await load.stop();
    } finally {
      await closeDashboards();
      await endPlanes();
      sites.remove();
    }
  }
}

takePictures().catch((error: unknown) => {
  process.stderr.write(`error: ${messageOf(error)}\n`);
  process.exitCode = 1;
});
