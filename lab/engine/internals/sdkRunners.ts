// Starts the SDK's runners of programs, policy packs and plugins as Pulumi's own language host, a program in Go, does.
// The lab's language host needs this if the CLI comes without one.
//
// Relies on: the modules cmd/run, cmd/run-policy-pack and cmd/run-plugin of @pulumi/pulumi, their arguments, variables
// and exit codes, which Pulumi's own host (sdk/nodejs/cmd/pulumi-language-nodejs) depends on too.
// Check: each module exists before it is started; a program that does not understand its arguments reports that it has
// no engine, and a pack prints no port, so the engine stops.
// Otherwise: no program runs on a CLI that was built from its Go module, and one line says so; the official CLI has its
// own host.

import { createRequire } from "node:module";
import * as path from "node:path";

/** Which entry point of `@pulumi/pulumi`. */
export type Runner = "run" | "run-policy-pack" | "run-plugin";

/**
 * @param directory folder whose `node_modules` has the SDK
 * @throws Error with the remedy if the SDK is not installed there
 */
export function runnerOf(directory: string, runner: Runner): string {
  const require = createRequire(path.join(directory, "package.json"));
  try {
    return require.resolve(`@pulumi/pulumi/cmd/${runner}`);
  } catch {
    throw new Error(
      `the Pulumi SDK is not installed for ${directory}; run npm ci or npm install in the project`,
    );
  }
}

/** A run, in the SDK's names. */
export interface RunOptions {
  organization: string;
  project: string;
  rootDirectory: string;
  stack: string;
  parallel: number;
  dryRun: boolean;
  engine: string;
  monitor: string;
}

/**
 * Arguments of the runner of programs.
 *
 * @param pwd the program's working directory
 * @param program its entry point, followed by its own arguments
 */
export function programArgs(
  options: RunOptions,
  pwd: string,
  program: readonly string[],
): string[] {
  const flags: [string, string][] = [
    ["monitor", options.monitor],
    ["engine", options.engine],
    ["organization", options.organization],
    ["project", options.project],
    ["root-directory", options.rootDirectory],
    ["stack", options.stack],
    ["pwd", pwd],
    ["parallel", `${options.parallel}`],
  ];
  return [
    ...flags.flatMap(([name, value]) => (value === "" ? [] : [`--${name}`, value])),
    ...(options.dryRun ? ["--dry-run"] : []),
    ...program,
  ];
}

/** Variables of the runner of programs. */
export function programVariables(
  config: { readonly values: object; readonly secretKeys: readonly string[] },
  { typescript, tsconfig }: { typescript?: boolean; tsconfig?: string },
): Record<string, string> {
  return {
    PULUMI_CONFIG: JSON.stringify(config.values),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(config.secretKeys),
    ...(typescript === false ? {} : { PULUMI_NODEJS_TYPESCRIPT: "true" }),
    ...(tsconfig === undefined ? {} : { PULUMI_NODEJS_TSCONFIG_PATH: tsconfig }),
  };
}

/** Variables that the runner of programs needs from the start; the rest may follow later. */
export function earlyVariables(rootDirectory: string): Record<string, string> {
  return { PULUMI_NODEJS_ROOT_DIRECTORY: rootDirectory };
}

/** The exit code of a runner of programs that has already shown the error to the user. */
export const ALREADY_TOLD = 32;

/**
 * Arguments of the other runners. A pack's runner takes the engine's address, which the engine passes last, after flags
 * for logging, and then the pack's folder; a plugin's takes the plugin's folder, and then all of the engine's arguments.
 */
export function pluginArgs(runner: Runner, directory: string, args: readonly string[]): string[] {
  return runner === "run-policy-pack" ? [args.at(-1) ?? "", directory] : [directory, ...args];
}
