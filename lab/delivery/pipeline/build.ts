import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import * as path from "node:path";

import picomatch from "picomatch";

import { isolation, endAllWith } from "./buildProcesses";
import { BuildShell } from "./buildShell";
import {
  type Buildspec,
  type BuildspecArtifact,
  BuildspecError,
  parseBuildspec,
  PHASES,
} from "./buildspec";

/** Files of an artifact by path. */
export type Files = Readonly<Record<string, Uint8Array>>;

export interface BuildRequest {
  /** Folder with the source; commands start in it. */
  readonly sourceDir: string;
  /** Path of the buildspec in the source, e.g. `buildspec_nginx.yml`, or the buildspec itself. */
  readonly buildspec: string;
  /**
   * Environment of the commands, complete except for the buildspec's own variables. Without a PID namespace, leftover
   * processes of the build are found by `CODEBUILD_BUILD_ID`.
   */
  readonly environment: Readonly<Record<string, string>>;
  /** Names of the artifacts to collect; a single one may be the buildspec's primary artifact. */
  readonly artifacts: readonly string[];
  /** How long the build may take, in ms. */
  readonly timeoutMs: number;
  /** Stops the build. */
  readonly signal: AbortSignal;
  /** Receives the build's log, line by line. */
  readonly onLine: (line: string) => void;
  /** How to isolate the processes of its commands. @default {@link isolation} */
  readonly isolation?: typeof isolation;
}

/** How a build ended, in CodeBuild's terms. */
export interface BuildResult {
  readonly status: "SUCCEEDED" | "FAILED" | "STOPPED" | "TIMED_OUT";
  /** The phase that failed first. */
  readonly phase?: string;
  /** E.g. `COMMAND_EXECUTION_ERROR`. */
  readonly code?: string;
  readonly message?: string;
  /** By name; empty unless the build succeeded. */
  readonly artifacts: Readonly<Record<string, Files>>;
  /** The buildspec's exported variables. */
  readonly exported: Readonly<Record<string, string>>;
}

interface Failure {
  readonly phase: string;
  readonly code: string;
  readonly message: string;
}

/**
 * Runs a build as CodeBuild does: the buildspec's phases in order, each command in the same shell. A failed command
 * ends its phase; after a failed `build`, `post_build` and the artifacts still follow. Source: AWS CodeBuild User
 * Guide, "Build phase transitions".
 */
export async function runBuild(request: BuildRequest): Promise<BuildResult> {
  const build = new Build(request);
  try {
    return await build.run();
  } finally {
    await build.close();
  }
}

class Build {
  private shell: BuildShell | undefined;
  private failure: Failure | undefined;
  private before: readonly string[] = [];
  private ended: "STOPPED" | "TIMED_OUT" | undefined;
  private readonly timer: NodeJS.Timeout;
  private readonly stop = () => {
    this.end("STOPPED");
  };

  constructor(private readonly request: BuildRequest) {
    this.timer = setTimeout(() => {
      this.end("TIMED_OUT");
    }, request.timeoutMs);
    request.signal.addEventListener("abort", this.stop);
  }

  async run(): Promise<BuildResult> {
    this.before = await (this.request.isolation ?? isolation)();
    if (this.request.signal.aborted) this.ended = "STOPPED";
    const spec = await this.phase("DOWNLOAD_SOURCE", () => this.readSpec());
    if (spec === undefined) return this.result({}, {});
    for (const name of PHASES) {
      // After a failure, only `post_build` still runs.
      if (this.ended || (this.failure && name !== "post_build")) continue;
      if (this.failure && this.failure.phase !== "BUILD") continue;
      await this.commands(spec, name);
    }
    const exported = await this.exported(spec);
    const goesOn =
      this.failure === undefined || ["BUILD", "POST_BUILD"].includes(this.failure.phase);
    const artifacts =
      this.ended === undefined && goesOn
        ? await this.phase("UPLOAD_ARTIFACTS", () => this.collect(spec))
        : {};
    return this.result(artifacts ?? {}, exported);
  }

  async close(): Promise<void> {
    clearTimeout(this.timer);
    this.request.signal.removeEventListener("abort", this.stop);
    await this.shell?.close();
  }

  /** Ends processes that left the shell's group, if they do not end with the shell. */
  private readonly endOthers = () => {
    const { CODEBUILD_BUILD_ID: id = "" } = this.request.environment;
    if (id !== "" && this.before.length === 0) endAllWith(`CODEBUILD_BUILD_ID=${id}`);
  };

  private end(how: "STOPPED" | "TIMED_OUT"): void {
    this.ended ??= how;
    void this.shell?.close();
  }

  /** Whether it was stopped or has timed out by now. */
  private hasEnded(): boolean {
    return this.ended !== undefined;
  }

  private async readSpec(): Promise<Buildspec> {
    const { buildspec, sourceDir } = this.request;
    const inline = buildspec.includes("\n");
    this.say(`YAML location is ${inline ? "the project" : path.join(sourceDir, buildspec)}`);
    if (inline) return parseBuildspec(buildspec);
    const file = path.join(sourceDir, buildspec);
    if (!existsSync(file)) throw new BuildspecError(`stat ${file}: no such file or directory`);
    return parseBuildspec(await readFile(file, "utf8"));
  }

  private async commands(spec: Buildspec, name: (typeof PHASES)[number]): Promise<void> {
    const phase = spec.phases[name];
    const before = this.failure;
    await this.phase(name.toUpperCase(), async () => {
      if (phase === undefined) return;
      try {
        for (const command of phase.commands) await this.command(spec, command);
      } finally {
        for (const command of phase.finally) {
          if (this.ended === undefined) await this.command(spec, command);
        }
      }
    });
    if (phase?.continues) this.failure = before;
  }

  private async command(spec: Buildspec, command: string): Promise<void> {
    if (this.ended) throw new BuildFailure("CLIENT_ERROR", this.ended);
    this.say(`Running command ${command}`);
    const succeeding = this.failure === undefined ? "1" : "0";
    const shell = this.openShell(spec);
    await shell.run(`CODEBUILD_BUILD_SUCCEEDING=${succeeding}; export CODEBUILD_BUILD_SUCCEEDING`);
    const code = await shell.run(command);
    if (code === 0) return;
    this.say(`Command did not exit successfully ${command} exit status ${code}`);
    throw new BuildFailure(
      "COMMAND_EXECUTION_ERROR",
      `Error while executing command: ${command}. Reason: exit status ${code}`,
    );
  }

  /** The build's shell; a new one if a command has ended the last. */
  private openShell(spec: Buildspec): BuildShell {
    if (this.shell?.isAlive) return this.shell;
    const { environment, onLine, sourceDir } = this.request;
    // The project's variables override the buildspec's.
    const env = { ...spec.variables, ...environment };
    const { before, endOthers } = this;
    const shell = { shell: spec.shell, cwd: sourceDir, env, onLine };
    this.shell = new BuildShell({ before, endOthers, ...shell });
    return this.shell;
  }

  private async exported(spec: Buildspec): Promise<Record<string, string>> {
    const values: Record<string, string> = {};
    if (this.ended || spec.exportedVariables.length === 0) return values;
    for (const name of spec.exportedVariables) {
      if (!/^\w+$/.test(name)) continue;
      const lines: string[] = [];
      const reader = this.openShell(spec);
      await reader.run(`printf '%s' "\${${name}-}"`, (line) => lines.push(line));
      values[name] = lines.join("\n");
    }
    return values;
  }

  /** All requested artifacts by name. */
  private async collect(spec: Buildspec): Promise<Record<string, Files>> {
    const { artifacts: wanted } = this.request;
    const declared = Object.keys(spec.secondaryArtifacts);
    const collected: Record<string, Files> = {};
    for (const name of wanted) {
      const isPrimary = declared.length === 0 && wanted.length === 1;
      const artifact = isPrimary ? spec.artifact : spec.secondaryArtifacts[name];
      if (artifact === undefined) {
        throw new BuildFailure("CLIENT_ERROR", `no definition for output artifact ${name}`);
      }
      collected[name] = await this.files(artifact);
    }
    return collected;
  }

  private async files(artifact: BuildspecArtifact): Promise<Files> {
    const { baseDirectory = ".", discardPaths, excludes, files } = artifact;
    const base = path.resolve(this.request.sourceDir, baseDirectory);
    this.say(`Expanding base directory path: ${baseDirectory}`);
    const wanted = picomatch([...files], { dot: true, ignore: [...excludes] });
    const all = existsSync(base) ? await filesIn(base) : [];
    const found = all.filter((file) => wanted(file));
    this.say(`Found ${found.length} file(s)`);
    if (found.length === 0) {
      throw new BuildFailure("CLIENT_ERROR", "no matching artifact paths found");
    }
    const contents = await Promise.all(
      found.map(async (file) => {
        const name = discardPaths ? path.posix.basename(file) : file;
        return [name, new Uint8Array(await readFile(path.join(base, file)))] as const;
      }),
    );
    return Object.fromEntries(contents);
  }

  /** Runs a phase and records how it ended; returns undefined if it failed. */
  private async phase<T>(name: string, work: () => Promise<T>): Promise<T | undefined> {
    if (this.ended) return undefined;
    this.say(`Entering phase ${name}`);
    try {
      const result = await work();
      this.say(`Phase complete: ${name} State: SUCCEEDED`);
      return result;
    } catch (error) {
      if (!(error instanceof BuildFailure || error instanceof BuildspecError)) throw error;
      if (this.hasEnded()) return undefined;
      this.say(`Phase complete: ${name} State: FAILED`);
      this.say(`Phase context status code: ${error.code} Message: ${error.message}`);
      this.failure ??= { phase: name, code: error.code, message: error.message };
      return undefined;
    }
  }

  private result(
    artifacts: Readonly<Record<string, Files>>,
    exported: Readonly<Record<string, string>>,
  ): BuildResult {
    const status = this.ended ?? (this.failure ? "FAILED" : "SUCCEEDED");
    const kept = status === "SUCCEEDED" ? artifacts : {};
    return { status, ...this.failure, artifacts: kept, exported };
  }

  private say(text: string): void {
    const now = new Date().toISOString().slice(0, 19).replace("T", " ").replaceAll("-", "/");
    this.request.onLine(`[Container] ${now} ${text}`);
  }
}

/** Why a phase failed, with CodeBuild's code. */
class BuildFailure extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** Paths of all files in a folder, separated by `/`. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .map((file) => file.split(path.sep).join("/"))
    .sort();
}
