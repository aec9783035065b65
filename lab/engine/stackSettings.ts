import { readFile } from "node:fs/promises";
import * as path from "node:path";
import { isDeepStrictEqual } from "node:util";

import * as yaml from "yaml";
import { z } from "zod";

import { mustKnowVersion, versionIn } from "../protocol/storedVersion";
import { messageOf } from "../shared/messageOf";
import { parsedJson } from "../shared/parsedJson";
import { replaceFile } from "../shared/replaceFile";
import { type Base, BaseFiles } from "./base";
import type { Project } from "./project";

type Values = Readonly<Record<string, unknown>>;

/** Counts up when the form of the file with what was taken over changes; what an earlier one had is then read as well. */
const TAKEN_OVER_VERSION = 1;

/** Before versions were noted, the file was the settings alone. */
const takenOverSchema = z.union([
  z.object({ version: z.literal(TAKEN_OVER_VERSION), settings: z.record(z.string(), z.unknown()) }),
  z.record(z.string(), z.unknown()).transform((settings) => ({ settings })),
]);

const fileSchema = z.object({ config: z.record(z.string(), z.unknown()).nullish() });

/** A setting of a stack, with its value and its default as in YAML. */
export interface Setting {
  /** Name as for `--config`. */
  name: string;
  value: unknown;
  default: unknown;
  /** Where the value comes from, in words. */
  source: string;
}

export interface StackSettingsOptions {
  stack: string;
  /** The program. */
  project: Project;
  /** Folder of its project in the lab. */
  folder: string;
  /** Folder for the lab's own data on the stack. */
  workDir: string;
}

/**
 * The settings of one stack in the lab. They live in one place: `Pulumi.<stack>.yaml` of the lab's project, where
 * `pulumi config` reads and writes them. Changes to the program's own `Pulumi.<stack>.yaml` (or Pulumi.dev.yaml if the
 * stack has none) are taken over; values that the stack was set up with override them.
 */
export class StackSettings {
  readonly file: string;
  private readonly takenOver: string;
  private readonly base: BaseFiles;

  constructor(private readonly options: StackSettingsOptions) {
    const { folder, stack, workDir } = options;
    this.base = new BaseFiles(workDir);
    this.file = path.join(folder, `Pulumi.${stack}.yaml`);
    this.takenOver = path.join(workDir, "program-settings.json");
  }

  /** Takes over what is new in the program's settings. */
  async takeOver(): Promise<void> {
    const now = await this.ofProgram();
    const before = await this.takenOverBefore();
    if (before !== undefined && isDeepStrictEqual(before, now)) return;
    const document = await this.read();
    for (const key of new Set([...Object.keys(before ?? {}), ...Object.keys(now)])) {
      // A stack that was created and configured by hand keeps its values.
      const isChanged = before
        ? !isDeepStrictEqual(before[key], now[key])
        : !document.hasIn(["config", key]);
      if (!isChanged) continue;
      if (key in now) document.setIn(["config", key], now[key]);
      else document.deleteIn(["config", key]);
    }
    await replaceFile(this.file, textOf(document));
    await this.note(now);
  }

  /**
   * What was taken over before; a file that is damaged counts as none.
   * @throws Error when a newer lab wrote it
   */
  private async takenOverBefore(): Promise<Values | undefined> {
    const written = parsedJson((await read(this.takenOver)) ?? "");
    const remedy = "remove it, which leaves the stack as it is set";
    mustKnowVersion(this.takenOver, versionIn(written), TAKEN_OVER_VERSION, remedy);
    return takenOverSchema.safeParse(written).data?.settings;
  }

  private async note(settings: Values): Promise<void> {
    const text = JSON.stringify({ version: TAKEN_OVER_VERSION, settings });
    await replaceFile(this.takenOver, text);
  }

  /** The text of the settings, overridden by these values, as on the command line. */
  async with(given: Readonly<Record<string, string>>): Promise<string> {
    const document = await this.read();
    for (const [key, value] of this.typed(given)) document.setIn(["config", key], value);
    return textOf(document);
  }

  /** The text of the settings with only the program's values and those the stack was set up with. */
  async only(): Promise<string> {
    const document = await this.read();
    document.set("config", await this.ofProgram());
    return textOf(document);
  }

  /** As {@link only}, but with these values instead of those that the stack was set up with. */
  async instead(given: Readonly<Record<string, string>>): Promise<string> {
    const document = await this.read();
    document.set("config", {
      ...(await this.ofFiles()),
      ...Object.fromEntries(this.typed(given)),
    });
    return textOf(document);
  }

  /**
   * Sets the stack up: these values become its defaults, and replace everything that was set.
   *
   * @param from who sets it up, in words.
   * @param policyConfig file with the configuration of the stack's policies.
   */
  async setUp(
    from: string,
    given: Readonly<Record<string, string>>,
    policyConfig: string,
  ): Promise<void> {
    await this.base.write({ from, config: Object.fromEntries(this.typed(given)) }, policyConfig);
    await this.reset();
  }

  /** Forgets what the stack was set up with, and everything that was set. */
  async forgetSetUp(): Promise<void> {
    await this.base.remove();
    await this.reset();
  }

  /** Who set the stack up, in words, if anybody did. */
  async setUpBy(): Promise<string | undefined> {
    return (await this.base.read())?.from;
  }

  private async reset(): Promise<void> {
    await replaceFile(this.file, await this.only());
    await this.note(await this.ofProgram());
  }

  /**
   * Whether the CLI has written how the stack's secrets are encrypted, which is the last step of creating the stack.
   */
  async isWritten(): Promise<boolean> {
    return /^encryption/m.test((await read(this.file)) ?? "");
  }

  /** How the stack's secrets are encrypted (`encryptionsalt`), if the CLI has written that. */
  async salt(): Promise<string | undefined> {
    const salt = (await this.read()).get("encryptionsalt");
    return typeof salt === "string" ? salt : undefined;
  }

  /** The stack's settings by name, without the program's namespace, each with its source. */
  async list(): Promise<Setting[]> {
    const { project, stack } = this.options;
    const { config } = fileSchema.parse((await this.read()).toJS());
    const set = config ?? {};
    const ofProgram = await this.ofProgram();
    const base = await this.base.read();
    const own = Object.keys(project.config).map((name) => keyOf(name, project.name));
    return [...new Set([...own, ...Object.keys(set)])].map((key) => {
      const name = key.replace(`${project.name}:`, "");
      const standard = project.config[name]?.default;
      if (!(key in set)) return { name, value: standard, default: standard, source: "Pulumi.yaml" };
      const isProgram = isDeepStrictEqual(set[key], ofProgram[key]);
      const source = isProgram ? sourceOf(key, base) : `set for ${stack}`;
      return { name, value: set[key], default: standard, source };
    });
  }

  /**
   * Unsets a setting: the program's value applies again, if there is one, else the default.
   *
   * @throws Error if it is not set.
   */
  async unset(name: string): Promise<void> {
    const { project, stack } = this.options;
    const key = keyOf(name, project.name);
    const document = await this.read();
    if (!document.hasIn(["config", key])) {
      throw new Error(`${name} is not set for stack ${stack}; npm run lab -- config lists what is`);
    }
    const ofProgram = await this.ofProgram();
    if (key in ofProgram) document.setIn(["config", key], ofProgram[key]);
    else document.deleteIn(["config", key]);
    await replaceFile(this.file, textOf(document));
  }

  async write(text: string): Promise<void> {
    await replaceFile(this.file, text);
  }

  /** @throws Error naming the file and what to do if it is damaged: the engine's own message names neither */
  async check(): Promise<void> {
    await this.base.check();
    const document = await this.read();
    if (fileSchema.safeParse(document.toJS()).success) return;
    throw new Error(`${this.file} is damaged: its config is not a mapping. ${SET_ANEW}`);
  }

  private async read(): Promise<yaml.Document> {
    try {
      return parse((await read(this.file)) ?? "", this.file);
    } catch (error) {
      const [problem = ""] = messageOf(error).split("\n");
      throw new Error(`${problem.replace(/:?$/, ".")} ${SET_ANEW}`, { cause: error });
    }
  }

  /** The values in the program's files, overridden by those that the stack was set up with. */
  private async ofProgram(): Promise<Values> {
    return { ...(await this.ofFiles()), ...(await this.base.read())?.config };
  }

  /** The values in the program's files, without secrets, which are encrypted for stacks outside the lab. */
  private async ofFiles(): Promise<Values> {
    const { project, stack } = this.options;
    for (const name of [stack, "dev"]) {
      const file = path.join(project.directory, `Pulumi.${name}.yaml`);
      const text = await read(file);
      if (text === undefined) continue;
      const { config } = fileSchema.parse(parse(text, file).toJS() ?? {});
      return Object.fromEntries(
        Object.entries(config ?? {}).filter(
          ([, value]) => !JSON.stringify(value).includes('"secure":'),
        ),
      );
    }
    return {};
  }

  private typed(given: Readonly<Record<string, string>>): [string, unknown][] {
    const { name: project, config } = this.options.project;
    return Object.entries(given).map(([name, value]) => {
      const key = keyOf(name, project);
      return [key, typedValue(value, config[key.replace(`${project}:`, "")]?.type)];
    });
  }
}

function sourceOf(key: string, base: Base | undefined): string {
  return base !== undefined && key in base.config ? base.from : "the program's stack settings";
}
const SET_ANEW = "Correct it, or remove it, which loses the stack's own settings";

/** A name without a namespace belongs to the program, except the region, which belongs to the provider. */
function keyOf(name: string, project: string): string {
  if (name === "region") return "aws:region";
  return name.includes(":") ? name : `${project}:${name}`;
}

/** Converts a text to the type declared in Pulumi.yaml; a text that does not fit is kept, so that Pulumi rejects it. */
function typedValue(text: string, type: string | undefined): unknown {
  switch (type) {
    case "array":
      return text.startsWith("[") ? parsed(text) : text.split(",").map((item) => item.trim());
    case "integer":
    case "boolean":
      return parsed(text);
    default:
      return text;
  }
}

function parsed(text: string): unknown {
  try {
    return yaml.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** @throws Error naming the file if it is not a mapping in YAML. */
function parse(text: string, file: string): yaml.Document {
  const document = yaml.parseDocument(text);
  const [error] = document.errors;
  if (error) throw new Error(`${file}: ${error.message}`);
  if (document.contents === null) return new yaml.Document({ config: {} });
  if (!yaml.isMap(document.contents)) throw new Error(`${file}: not a YAML mapping`);
  return document;
}

const textOf = (document: yaml.Document) => document.toString({ lineWidth: 0 });

function read(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch(() => undefined);
}
