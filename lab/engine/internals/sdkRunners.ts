import { createRequire } from "node:module";
import * as path from "node:path";

// What the SDK's runners of programs, policy packs and plugins take and answer: its own language host, a program in
// Go, starts them so, and the lab's does where a CLI has none beside it.
//
// Relies on: the modules cmd/run, cmd/run-policy-pack and cmd/run-plugin of @pulumi/pulumi, their arguments, variables
// and exit codes, which Pulumi's own host (sdk/nodejs/cmd/pulumi-language-nodejs) has to know too.
// Without it: no program runs on a CLI that was built here, which is told in one line; the official CLI brings its own.
// Proof: each is looked for before it is started; a program that was told of its engine otherwise than it is now says
// that it has none, and a pack prints no port, so that the engine refuses to go on.

/** Which entry point of `@pulumi/pulumi`. */
export type Runner = "run" | "run-policy-pack" | "run-plugin";

/**
 * @param directory folder whose `node_modules` has the SDK
 * @throws Error telling what to do if the SDK is not installed there
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

/** What the SDK is told of a run, as its runner names it. */
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
 * @param pwd folder that the program works in
 * @param program what of it is run, and arguments of its own
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

/** What a runner of programs is told before it is told all else. */
export function earlyVariables(rootDirectory: string): Record<string, string> {
  return { PULUMI_NODEJS_ROOT_DIRECTORY: rootDirectory };
}

/** The runner of programs ends with it when it has told the user what is wrong. */
export const ALREADY_TOLD = 32;

/**
 * Arguments of the other runners: a pack's takes the engine's address, which is the last of the engine's arguments, behind
 * flags of its log, and then what it runs; a plugin's what it runs, and then all that is for the plugin.
 */
export function pluginArgs(runner: Runner, directory: string, args: readonly string[]): string[] {
  return runner === "run-policy-pack" ? [args.at(-1) ?? "", directory] : [directory, ...args];
}
