import Table from "cli-table3";
import { Command } from "commander";

import { keyValue } from "../lab/shared/keyValue";
import { messageOf } from "../lab/shared/messageOf";
import { type CostPart, estimateCost, merged, monthlyUsd, prices } from "./estimate";
import { type Config, type Defaults, readDefaults, settingsOf } from "./stackSettings";

interface CostOptions {
  stack: string;
  config?: Record<string, string>;
  json?: boolean;
}

new Command("cost")
  .description("Estimates the monthly cost of a stack from its settings")
  .option("--stack <name>", "the stack whose configuration file is read", "dev")
  .option("--config <key=value>", "a configuration value to try; may be repeated", keyValue)
  .option("--json", "print the estimate as JSON")
  .action(async ({ stack, config = {}, json }: CostOptions) => {
    const defaults = await readDefaults(stack);
    const parts = merged(estimateCost(settingsOf(stack, withLists(config, defaults), defaults)));
    process.stdout.write(
      json
        ? `${JSON.stringify({ stack, asOf: prices.asOf, monthlyUsd: monthlyUsd(parts), parts }, null, 2)}\n`
        : describe(parts),
    );
  })
  .parseAsync()
  .catch((error: unknown) => {
    process.stderr.write(`error: ${messageOf(error)}\n`);
    process.exitCode = 1;
  });

/** Lists may be written as in the lab's `--config`: `chapters=fargate,ec2`. */
function withLists(config: Record<string, string>, defaults: Defaults): Config {
  const list = (key: string, text: string) =>
    Array.isArray(defaults.config[key]) && !text.startsWith("[")
      ? text.split(",").map((item) => item.trim())
      : text;
  return Object.fromEntries(Object.entries(config).map(([key, text]) => [key, list(key, text)]));
}

function describe(parts: readonly CostPart[]): string {
  const table = new Table({
    head: ["part", "count", "USD an hour", "USD a month"],
    colAligns: ["left", "right", "right", "right"],
    style: { head: [], border: [] },
  });
  const row = (what: string, count: string, usd: number) => {
    table.push([what, count, (usd / prices.hoursPerMonth).toFixed(3), usd.toFixed(2)]);
  };
  for (const { what, count, monthlyUsd: usd } of parts) {
    row(what, String(Number(count.toFixed(2))), usd);
  }
  row("total", "", monthlyUsd(parts));
  const usage = Object.entries(prices.usage).map(([what, usd]) => `${what} ${usd}`);
  return (
    `${table.toString()}\n` +
    `Approximate: list prices of ${prices.region}, ${prices.asOf}, before tax. Charged by usage in addition: ${usage.join("; ")}.\n`
  );
}
