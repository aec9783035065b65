/**
 * `npm run docs:timelines`: draws pictures of deployments from runs in the lab at the pace of a lesson.
 *
 * The runs are recorded next to the pictures, so that these can be redrawn (`-- --draw`) without new runs.
 */
import { writeFileSync } from "node:fs";

import { format } from "prettier";

import { pictureLanguages } from "../../../lab/ui/diagram/language";
import { endPlanes } from "../../lab/runtime/controlplane/plane";
import { siteFolders } from "../../lab/runtime/controlplane/load";
import { messageOf } from "../../../lab/shared/messageOf";
import { drawTimeline } from "./draw";
import { pictureFile, recordedRuns, recordsFile } from "./files";
import { recordRun, type Run, strategies, type StrategyName } from "./record";

async function main(): Promise<void> {
  const runs = process.argv.includes("--draw") ? recordedRuns() : await record();
  const json = await format(JSON.stringify(runs), { parser: "json", printWidth: 100 });
  writeFileSync(recordsFile, json);
  for (const run of runs) {
    for (const language of pictureLanguages) {
      writeFileSync(pictureFile(run.strategy, language), drawTimeline(run, language));
    }
  }
}

async function record(): Promise<Run[]> {
  const sites = siteFolders({ old: "old", new: "new" });
  const runs: Run[] = [];
  try {
    for (const strategy of Object.keys(strategies) as StrategyName[]) {
      runs.push(await recordRun(strategy, sites, "lesson"));
      await endPlanes();
      process.stdout.write(`${strategy}\n`);
    }
  } finally {
    await endPlanes();
    sites.remove();
  }
  return runs;
}

main().catch((error: unknown) => {
  process.stderr.write(`error: ${messageOf(error)}\n`);
  process.exitCode = 1;
});
