import { readFile, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { Command } from "commander";
import { messageOf } from "../../../lab/shared/messageOf";
import { repository } from "../../../lab/shared/repository";
import { cases } from "./cases";
import { comparisonPage, verdictsOf } from "./page";
import { scanAll } from "./scan";

const PAGE = path.join(repository, "docs", "policy-comparison.md");

async function main(check: boolean): Promise<void> {
  const result = await scanAll(cases, (message) => {
    process.stderr.write(`${message}\n`);
  });
  const page = await comparisonPage(cases, result, new Date().toISOString().slice(0, 10));
  const verdicts = verdictsOf(page);
  process.stdout.write(verdicts);
  if (!check) {
    await writeFile(PAGE, page);
  } else if (verdictsOf(await readFile(PAGE, "utf8")) !== verdicts) {
    throw new Error("docs/policy-comparison.md has other verdicts: run npm run bench:scanners");
  }
}

const command = new Command("bench:scanners")
  .description("Compares the policy pack with Checkov and cdk-nag, and writes the page about it")
  .option("--check", "compare the verdicts with those on the page instead of writing it")
  .parse();

main(command.opts<{ check?: boolean }>().check ?? false).catch((error: unknown) => {
  process.stderr.write(`error: ${messageOf(error)}\n`);
  process.exitCode = 1;
});
