import type { ChildProcess } from "node:child_process";
import type { Socket } from "node:net";
import * as path from "node:path";

import { closed, commandLine, type Entry, Processes } from "./nodeProcess";
import type { Run, RunOptions } from "./run";

/** Ends a process that could not take on what it was told. See wait-for-orders.cjs. */
const refused = 75;

const waits = path.join(__dirname, "wait-for-orders.cjs");

export interface Preparation {
  entry: Entry;
  /** What is known of the run before the engine asks for it. */
  options: Pick<RunOptions, "organization" | "project" | "rootDirectory" | "stack">;
  env: NodeJS.ProcessEnv;
  /** Packages to load meanwhile. */
  packages: readonly string[];
}

/**
 * A process for a program that is started before the engine asks for it, and loads the SDK and the
 * program's packages while the engine starts. What runs then is the SDK's own runner, as ever.
 */
export class PreparedProgram {
  readonly refused = refused;
  private readonly processes = new Processes();
  private readonly child: ChildProcess;
  private taken = false;

  constructor(private readonly preparation: Preparation) {
    const { entry, env, packages, options } = preparation;
    const nodeArgs = [...entry.nodeArgs, "--require", waits];
    this.child = this.processes.start(commandLine({ ...entry, nodeArgs }), {
      cwd: entry.directory,
      env: {
        ...env,
        PULUMI_NODEJS_ROOT_DIRECTORY: options.rootDirectory,
        LANGUAGE_HOST_PREPARES: JSON.stringify({ directory: entry.directory, packages }),
      },
      stdio: ["pipe", "pipe", "pipe"],
    });
    // It does not keep this process alive, and if it ends early it is not used.
    this.child.unref();
    for (const pipe of this.pipes) pipe.unref();
    this.child.stdin?.on("error", () => undefined);
    closed(this.child).catch(() => undefined);
  }

  /**
   * Has it run this.
   *
   * @returns the process, or nothing if it is not for this program, or was used already.
   */
  takeOn({ entry, options, args, env }: Run): ChildProcess | undefined {
    if (this.taken || this.child.exitCode !== null || this.child.signalCode !== null) return;
    const known = this.preparation;
    const expected = [known.entry, ...Object.values(known.options)];
    const asked = [
      { ...entry },
      options.organization,
      options.project,
      options.rootDirectory,
      options.stack,
    ];
    if (JSON.stringify(expected) !== JSON.stringify(asked)) return;
    this.taken = true;
    this.child.ref();
    for (const pipe of this.pipes) pipe.ref();
    this.child.stdin?.end(JSON.stringify({ args, env, options }));
    return this.child;
  }

  /** Pipes of a child process are sockets. */
  private get pipes(): Socket[] {
    const { stdin, stdout, stderr } = this.child;
    return [stdin, stdout, stderr] as unknown as Socket[];
  }

  close(): void {
    this.processes.endAll();
  }
}
