import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import * as path from "node:path";

import type { Page } from "playwright-core";

import { repository } from "../../../../lab/shared/repository";
import { LabProcess, stateFolder } from "../../cli/harness";

/** The folder of the documentation's pictures, and the file with the fingerprint of what they show. */
export const pictureFolder = path.join(repository, "docs", "pictures");
export const fingerprintFile = path.join(pictureFolder, "dashboard.txt");

/** Serves the chapters fargate and ec2, as the pictures show them, until `stop`. */
export async function servePictureLab(): Promise<{ url: string; stop: () => Promise<void> }> {
  const { state, remove } = await stateFolder();
  const config = ["--config", "chapters=fargate,ec2", "--config", "autoscaling=requests"];
  const ports = ["--port", "18180", "--dashboard-port", "0"];
  const lab = new LabProcess([
    "start",
    "--state",
    state,
    "--runtime",
    "static",
    ...config,
    ...ports,
  ]);
  const stop = async () => {
    lab.child.kill("SIGINT");
    await lab.exit();
    await remove();
  };
  try {
    const [, url = ""] = await lab.prints(/Dashboard: (http:\S+)[^]*Ctrl-C stops/);
    return { url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * What a picture depends on: the style sheet, and the page's accessibility tree. Ids, numbers, times, charts
 * and the order of events differ from run to run and are left out.
 */
export async function fingerprintOf(page: Page): Promise<string> {
  const style = await readFile(
    path.join(repository, "lab", "ui", "dashboard", "public", "style.css"),
  );
  const sections = ["Now", "Services", "Load balancing", "Instances", "Stacks and policies"];
  const trees = await Promise.all(
    sections.map((name) => page.getByRole("region", { name, exact: true }).ariaSnapshot()),
  );
  const tree = trees
    .join("\n")
    // A service has a chart only if it changed while the page was open, which need not have happened.
    .replace(/^( *)- figure .*\n(?:\1 +.*\n)*/gm, "")
    // Strings of digits alone are quoted.
    .replace(/"([0-9a-f]{8,})"/g, "$1")
    .replace(/[0-9a-f]{8,}/g, "ID")
    .replace(/\d+/g, "N");
  return `style.css ${createHash("sha256").update(style).digest("hex")}\n${tree}\n`;
}
