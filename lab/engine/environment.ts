import { randomBytes } from "node:crypto";
import { chmod, link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { crc32 } from "node:zlib";

import { privateFolder } from "../shared/ownFiles";
import { keepNoLogs, renewMeta } from "./internals/engineHome";
import type { PulumiCli } from "./pulumiCli";

export interface EnvironmentOptions {
  /** The lab's state folder. */
  stateDir: string;
  /** Value of PULUMI_DEBUG_PROVIDERS: the providers to use instead of plugins. @default none */
  debugProviders?: string;
  cli: PulumiCli;
  /** Folder of a policy pack, and its configuration file; none if absent. */
  policyPack?: { dir: string; config?: string };
}

/** The user's variables that would point the lab's stacks at another backend or account. */
export const leftOut = [
  "PULUMI_ACCESS_TOKEN",
  "PULUMI_CONFIG_PASSPHRASE",
  "PULUMI_STACK",
  "PULUMI_DEBUG_LANGUAGES",
] as const;

/**
 * The variables that make `pulumi` work on the lab's stacks, with the lab's providers and policies.
 *
 * @throws Error if the policies' configuration is an empty file
 */
export async function labEnvironment(options: EnvironmentOptions): Promise<Record<string, string>> {
  const { stateDir, debugProviders, cli, policyPack } = options;
  if (policyPack?.config !== undefined) await assertNotEmpty(policyPack.config);
  await privateFolder(stateDir, "state");
  const state = path.join(stateDir, "state");
  const home = path.join(stateDir, "home");
  await Promise.all([state, home].map((dir) => mkdir(dir, { recursive: true })));
  await keepNoLogs(home);
  await renewMeta(state);
  return {
    PATH: [...cli.path, process.env.PATH ?? ""].join(path.delimiter),
    PULUMI_HOME: home,
    // Without the metadata sidecar files: they are not written atomically, so a crash would break the state.
    PULUMI_BACKEND_URL: `${pathToFileURL(state).href}?metadata=skip`,
    PULUMI_CONFIG_PASSPHRASE_FILE: await passphraseFile(stateDir),
    ...(debugProviders === undefined ? {} : { PULUMI_DEBUG_PROVIDERS: debugProviders }),
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // The engine runs only briefly, so it may trade memory for fewer garbage collections.
    GOGC: process.env.GOGC ?? "400",
    // The variables that make a plain `pulumi up` enforce the pack too.
    PULUMI_OPTION_POLICY_PACK: policyPack?.dir ?? "",
    PULUMI_OPTION_POLICY_PACK_CONFIG: policyPack?.config ?? "",
  };
}

/**
 * The engine reads an empty file as "no settings", and rules fall back to their default levels; most likely the file
 * was truncated. The engine itself reports a missing or otherwise invalid file.
 */
async function assertNotEmpty(policyConfig: string): Promise<void> {
  const text = await readFile(policyConfig, "utf8").catch(() => undefined);
  if (text?.trim() !== "") return;
  throw new Error(`the policy configuration ${policyConfig} is empty; write {} for no settings`);
}

/** This process's environment plus the given variables. */
export function withLab(variables: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(
    ([name]) => !(leftOut as readonly string[]).includes(name),
  );
  return { ...Object.fromEntries(others), ...variables };
}

/**
 * Removes the policy pack from an environment if the command line names one: the CLI uses that one instead, and fails
 * unless it gets as many configurations as packs.
 */
export function namingPolicies(env: NodeJS.ProcessEnv, args: readonly string[]): NodeJS.ProcessEnv {
  if (!args.some((arg) => /^--policy-pack(=|$)/.test(arg))) return env;
  return { ...env, PULUMI_OPTION_POLICY_PACK: "", PULUMI_OPTION_POLICY_PACK_CONFIG: "" };
}

/** What encrypts the secrets in state: made once, whole or not at all, readable by its owner only. */
async function passphraseFile(stateDir: string): Promise<string> {
  const file = path.join(stateDir, "passphrase");
  const written = await readFile(file, "utf8").catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  });
  if (written !== undefined && isPassphrase(written)) return file;
  if (written !== undefined) {
    throw new Error(
      `${file} is ${written === "" ? "empty" : "damaged"}; restore it from a copy, or remove ${stateDir} to start ` +
        "over: without it the secrets in the state cannot be read",
    );
  }
  const own = `${file}.${process.pid}.${randomBytes(4).toString("hex")}`;
  try {
    await writeFile(own, newPassphrase(), { mode: 0o600 });
    await chmod(own, 0o600);
    // Fails if another process has created one meanwhile; that one is then used.
    await link(own, file).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    });
  } finally {
    await rm(own, { force: true });
  }
  return file;
}

/** 256 random bits and their checksum, so that the lab can name a damaged file; the engine's own error does not. */
function newPassphrase(): string {
  const random = randomBytes(32).toString("base64url");
  return `${random}.${checksumOf(random)}`;
}

/** Whether the lab made this passphrase; older labs made them without a checksum. */
function isPassphrase(text: string): boolean {
  const [, random = "", checksum] = /^([\w-]{43})(?:\.([0-9a-f]{8}))?$/.exec(text.trim()) ?? [];
  return random !== "" && (checksum ?? checksumOf(random)) === checksumOf(random);
}

const checksumOf = (text: string) => crc32(text).toString(16).padStart(8, "0");
