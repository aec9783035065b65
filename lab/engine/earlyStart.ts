import { readFileSync } from "node:fs";
import * as path from "node:path";

import { PreparedPack } from "./languageHost/preparedPack";
import { PreparedProgram } from "./languageHost/preparedProgram";
import { labNodeArgs } from "./nodeArgs";
import { usesBuiltCli } from "./pulumiInstall";
import { workDirs } from "./workDirs";

// Runs before the rest of the lab is loaded, so it imports as little as possible.

/** What loads in parallel with the lab itself; each is absent if the CLI starts it itself. */
export interface EarlyStart {
  pack?: PreparedPack;
  program?: PreparedProgram;
}

export interface EarlyStartOptions {
  /** Folder of the policy pack. */
  pack: string;
  /** Folder of the program. */
  program: string;
  /** The lab's state folder. */
  stateDir: string;
}

/** Starts the policy pack and the program for an operation that runs the policies. */
export async function startEarly(options: EarlyStartOptions): Promise<EarlyStart> {
  if (!(await usesBuiltCli())) return {};
  return { pack: new PreparedPack(options.pack), program: startProgram(options) };
}

/**
 * Reads Pulumi.yaml without a YAML parser, which would take as long to load as it saves. If the guess is wrong, the
 * early program is not used.
 */
function startProgram({ program, stateDir }: EarlyStartOptions): PreparedProgram | undefined {
  let text: string;
  try {
    text = readFileSync(path.join(program, "Pulumi.yaml"), "utf8");
  } catch {
    return undefined;
  }
  const [, name] = /^name: *(\S+) *$/m.exec(text) ?? [];
  const [, nodeargs = ""] = /^ +nodeargs: *(.*)$/m.exec(text) ?? [];
  if (name === undefined || /^main:/m.test(text)) return undefined;
  return new PreparedProgram({
    entry: { directory: program, runner: "run", nodeArgs: labNodeArgs(nodeargs, program) },
    rootDirectory: workDirs(stateDir, "").project(name),
  });
}
