import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { pathToFileURL } from "node:url";

import {
  LocalWorkspace,
  type PulumiCommand,
  type PulumiFn,
  Stack,
} from "@pulumi/pulumi/automation";
import writeFileAtomic from "write-file-atomic";

import type { PolicyServer } from "./policyServer";
import { installAnalyzer } from "./pulumiCli";
import { type Project, stackConfig } from "./stackConfig";
import { workDirs } from "./workDirs";

export interface WorkspaceOptions {
  /** Name of the stack: letters, digits, `.`, `_` and `-`, at most 100. */
  stack: string;
  /** Folder with Pulumi.yaml and the program; nothing is written to it. */
  programDir: string;
  /** What Pulumi.yaml says. */
  project: Project;
  /** Folder for state, work folders and the account, e.g. `.lab`. */
  stateDir: string;
  /** Configuration to change for this stack, as on the command line; remembered with the stack. */
  config?: Readonly<Record<string, string>>;
  /** Whether `config` is all, and what was remembered is forgotten. @default false */
  replaceConfig?: boolean;
  pulumi: PulumiCommand;
  /** Value of PULUMI_DEBUG_PROVIDERS: the providers to use instead of plugins. */
  debugProviders: string;
  /** Folder of a policy pack, and its configuration file; none if absent. */
  policyPack?: { dir: string; config?: string };
  /** The pack, if it was started already, with the configuration that is given here. */
  policyServer?: PolicyServer;
  program: PulumiFn;
  /** Called when the CLI was started, which takes half a second until it asks for the program. */
  onEngineStart?: () => void;
}

/**
 * A stack of the program on a file backend below `stateDir`, created if it does not exist.
 *
 * @throws Error if the stack's name cannot be used.
 */
export async function openWorkspace(options: WorkspaceOptions): Promise<Stack> {
  const { stack, project, stateDir, pulumi, policyPack } = options;
  if (!isStackName(stack)) {
    throw new Error(`stack name "${stack}": use letters, digits, ".", "_" and "-", at most 100`);
  }
  const dirs = workDirs(stateDir, stack);
  await Promise.all(
    [dirs.state, dirs.home, dirs.work].map((dir) => mkdir(dir, { recursive: true })),
  );
  await Promise.all([installAnalyzer(pulumi, dirs.home), keepNoLogs(dirs.home)]);
  const config = await stackConfig({ ...options, workDir: dirs.work });
  await writeFileAtomic(path.join(dirs.work, "Pulumi.yaml"), project.text);
  await writeFileAtomic(path.join(dirs.work, `Pulumi.${stack}.yaml`), config);

  const workspace = await LocalWorkspace.create({
    workDir: dirs.work,
    pulumiHome: dirs.home,
    pulumiCommand: told(pulumi, options.onEngineStart),
    program: options.program,
    envVars: {
      // Without the sidecar files, which are not written atomically: a crash would break the state.
      PULUMI_BACKEND_URL: `${pathToFileURL(dirs.state).href}?metadata=skip`,
      PULUMI_CONFIG_PASSPHRASE: await passphrase(stateDir),
      PULUMI_DEBUG_PROVIDERS: options.debugProviders,
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      // A run of the engine is short: it may use more memory and collect garbage less often.
      GOGC: process.env.GOGC ?? "400",
      // The same variables by which a plain `pulumi up` enforces the pack.
      PULUMI_OPTION_POLICY_PACK: policyPack?.dir ?? "",
      PULUMI_OPTION_POLICY_PACK_CONFIG: policyPack?.config ?? "",
      LAB_POLICY_SERVER: options.policyServer?.portFile ?? "",
    },
  });
  return openStack(stack, workspace, dirs.stackFile(project.name));
}

/**
 * The stack, created if it has no state yet, without the runs of the CLI that the lab can do without, a
 * fifth of a second each: every command names its stack, so none has to be selected, and what an update
 * did is told by the engine's events, so nobody asks for its outputs and its history afterwards.
 */
async function openStack(name: string, workspace: LocalWorkspace, file: string): Promise<Stack> {
  workspace.selectStack = () => Promise.resolve();
  const stack = await (existsSync(file)
    ? Stack.select(name, workspace)
    : Stack.create(name, workspace));
  stack.outputs = () => Promise.resolve({});
  stack.info = () => Promise.resolve(undefined);
  return stack;
}

/** What the Automation API calls to run the CLI; its types leave it out. */
interface Runner {
  run(args: string[], ...rest: unknown[]): Promise<unknown>;
}

/** The same CLI, which tells when it was started to make the stack, to preview or to update. */
function told(pulumi: PulumiCommand, onEngineStart: () => void = () => undefined): PulumiCommand {
  const runner = pulumi as unknown as Runner;
  const run: Runner["run"] = (args, ...rest) => {
    const running = runner.run(args, ...rest);
    if (/^(stack init|preview|up)\b/.test(args.join(" "))) onEngineStart();
    return running;
  };
  return Object.create(pulumi, { run: { value: run } }) as PulumiCommand;
}

/**
 * Keeps the CLI from writing all that it does to a log, 0.8 MB an operation at 180 resources and a
 * tenth of its time: where the folder of logs cannot be made, it goes on without.
 */
async function keepNoLogs(home: string): Promise<void> {
  // What is there already stays, be it this file or the logs of an older lab.
  await writeFile(path.join(home, "logs"), "", { flag: "wx" }).catch(() => undefined);
}

function isStackName(name: string): boolean {
  return /^[A-Za-z0-9_.-]{1,100}$/.test(name) && name !== "." && name !== "..";
}

/** Encrypts the secrets in state; made once, readable by its owner only. */
async function passphrase(stateDir: string): Promise<string> {
  const file = path.join(stateDir, "passphrase");
  try {
    return await readFile(file, "utf8");
  } catch {
    const secret = randomBytes(32).toString("base64url");
    await writeFileAtomic(file, secret, { mode: 0o600 });
    return secret;
  }
}
