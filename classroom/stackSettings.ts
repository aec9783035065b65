import { readFile } from "node:fs/promises";
import * as path from "node:path";

import * as pulumi from "@pulumi/pulumi";
import * as yaml from "yaml";
import { z } from "zod";

import { readSettings, type Settings } from "../settings";

/** The checkout: the program and its project file. */
export const repository = path.resolve(__dirname, "..");

const projectSchema = z.object({
  name: z.string(),
  config: z.record(
    z.string(),
    z.object({
      type: z.string().optional(),
      default: z.unknown().optional(),
      value: z.unknown().optional(),
    }),
  ),
});

const stackSchema = z.object({ config: z.record(z.string(), z.unknown()).default({}) });

/** Configuration values by key; keys of the program have no prefix: `desiredCount`, `aws:region`. */
export type Config = Readonly<Record<string, unknown>>;

/** The values from Pulumi.yaml and the stack's file (or the dev stack's) that apply unless a stack sets them itself. */
export interface Defaults {
  /** Name of the project. */
  project: string;
  /** Names of the program's own keys. */
  keys: readonly string[];
  config: Config;
}

/** @throws Error if a file is missing or damaged. */
export async function readDefaults(stack = "dev"): Promise<Defaults> {
  const { name, config } = projectSchema.parse(await readYaml("Pulumi.yaml"));
  const short = (key: string) => key.replace(`${name}:`, "");
  const own =
    (await readYaml(`Pulumi.${stack}.yaml`, true)) ?? (await readYaml("Pulumi.dev.yaml", true));
  const stackConfig = stackSchema.parse(own ?? {}).config;
  return {
    project: name,
    keys: Object.keys(config).filter((key) => !key.includes(":")),
    config: Object.fromEntries([
      ...Object.entries(config).map(([key, { default: standard, value }]) => [
        short(key),
        standard ?? value,
      ]),
      ...Object.entries(stackConfig).map(([key, value]) => [short(key), value]),
    ]) as Config,
  };
}

async function readYaml(file: string, optional = false): Promise<unknown> {
  const text = await readFile(path.join(repository, file), "utf8").catch((error: unknown) => {
    if (optional) return undefined;
    throw error;
  });
  return text === undefined ? undefined : yaml.parse(text);
}

/**
 * The settings that the program would read for a stack with this configuration, without an engine.
 *
 * @throws Error that lists all problems with them.
 */
export function settingsOf(stack: string, config: Config, defaults: Defaults): Settings {
  const { project } = defaults;
  const all = Object.entries({ ...defaults.config, ...config }).map(([key, value]) => [
    key.includes(":") ? key : `${project}:${key}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  pulumi.runtime.resetOptions(project, stack, 1, "", "", true, "organization");
  pulumi.runtime.setAllConfig(Object.fromEntries(all) as Record<string, string>);
  return readSettings();
}
