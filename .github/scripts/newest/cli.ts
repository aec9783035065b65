import { appendFile } from "node:fs/promises";

import { Command } from "commander";

import { messageOf } from "../../../lab/shared/messageOf";
import { Interrupted } from "../../../lab/shared/processes";
import { stopSignal } from "../../../lab/shared/shutdown";
import { watchNewest } from "./watch";

new Command("check:newest")
  .description(
    "Checks types, unit tests and door tests with the newest of Pulumi's packages that this Node.js may run, " +
      "in a copy of the checkout, and with the newest Pulumi CLI if it can be downloaded",
  )
  .option("--keep", "leave the copy where it is, to look into what failed")
  .option("--summary <file>", "append the summary to a file, too")
  .action(async ({ keep = false, summary: file }: { keep?: boolean; summary?: string }) => {
    const { passed, summary } = await watchNewest({ keep, tell, signal: stopSignal() });
    process.stdout.write(`\n${summary}`);
    if (file !== undefined) await appendFile(file, summary);
    // What was started may hold this process open otherwise.
    process.exit(passed ? 0 : 1);
  })
  .parseAsync()
  .catch((error: unknown) => {
    process.stderr.write(`error: ${messageOf(error)}\n`);
    process.exit(error instanceof Interrupted ? 130 : 1);
  });

function tell(text: string): void {
  process.stdout.write(`» ${text}\n`);
}
