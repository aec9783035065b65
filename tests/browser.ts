import assert from "node:assert/strict";

import axe, { type AxeResults } from "axe-core";
import { chromium, type Browser, type Page } from "playwright-core";
import which from "which";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/**
 * Starts this machine's Chromium without a window, for a mocha hook: `browser = await launchBrowser(this)`.
 * If there is none, the tests are skipped with a note; in CI that is a failure. `CHROMIUM_PATH` is the path of
 * one that is not on PATH.
 */
export async function launchBrowser(context: Mocha.Context): Promise<Browser> {
  context.timeout(120_000);
  const executablePath = await findChromium();
  if (executablePath === undefined) {
    if (process.env.CI !== undefined) throw new Error(`none of ${names.join(", ")} is on PATH`);
    console.log("      skipped: there is no Chromium on this machine");
    return context.skip();
  }
  return startChromium(executablePath);
}

export function startChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    // Chromium's sandbox does not work for root, as which CI's containers run.
    chromiumSandbox: process.getuid?.() !== 0,
    timeout: 110_000,
  });
}

/** The Chromium of this machine: `CHROMIUM_PATH`, else one on PATH; undefined if there is none. */
export async function findChromium(): Promise<string | undefined> {
  if (process.env.CHROMIUM_PATH !== undefined) return process.env.CHROMIUM_PATH;
  for (const name of names) {
    const path = await which(name, { nothrow: true });
    if (path !== null) return path;
  }
  return undefined;
}

/** Asserts that axe finds nothing that WCAG 2.2 AA forbids on the page as it is now. */
export async function assertAccessible(page: Page): Promise<void> {
  // With evaluate, as the page's Content-Security-Policy allows no script tag.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<AxeResults>(
    `axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })`,
  );
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((n) => n.html).join(" ")}`);
  assert.deepEqual(found, []);
}

/** Collects problems that would go unnoticed: errors in the console, uncaught ones, and requests to other hosts. */
export function watchPage(page: Page, origin: string): string[] {
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(`uncaught: ${error.message}`));
  page.on("console", (message) => {
    // Chromium writes a line for each answer that is not a success, which a test may want.
    const isAnswer = message.text().startsWith("Failed to load resource");
    if (message.type() === "error" && !isAnswer) problems.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    const { protocol, origin: to } = new URL(request.url());
    if (protocol !== "data:" && to !== origin) problems.push(`requested ${to}`);
  });
  return problems;
}
