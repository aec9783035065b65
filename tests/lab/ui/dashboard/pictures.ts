import { mkdir, writeFile } from "node:fs/promises";
import * as path from "node:path";

import { messageOf } from "../../../../lab/shared/messageOf";
import { findChromium, startChromium } from "../../../browser";
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
  } finally {
    await browser.close();
    await lab.stop();
  }
}

takePictures().catch((error: unknown) => {
  process.stderr.write(`error: ${messageOf(error)}\n`);
  process.exitCode = 1;
});
