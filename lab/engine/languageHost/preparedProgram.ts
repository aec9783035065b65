import type { ChildProcess } from "node:child_process";
import type { Socket } from "node:net";
import * as path from "node:path";
import { isDeepStrictEqual } from "node:util";

import { earlyVariables } from "../internals/sdkRunners";
import { closed, commandLine, type EntryPoint, Processes } from "./nodeProcess";
import type { ProgramRun } from "./run";

/** Exit code of a process that could not apply its options. See internals/wait-for-orders.cjs. */
const refused = 75;

const waits = path.join(__dirname, "..", "internals", "wait-for-orders.cjs");

/** What of a run its process cannot be told later. */
export interface Preparation {
  entry: EntryPoint;
  rootDirectory: string;
}

/**
 * A process that is started before the engine asks for the program, and loads the SDK and the program's packages while
 * the engine starts. The program is then run by the SDK's own runner, as usual.
 */
export class PreparedProgram {
  readonly refused = refused;
  private readonly processes = new Processes();
  private readonly child: ChildProcess;
  private taken = false;

  constructor(private readonly preparation: Preparation) {
    const { entry, rootDirectory } = preparation;
    const nodeArgs = [...entry.nodeArgs, "--require", waits];
    this.child = this.processes.start(commandLine({ ...entry, nodeArgs }), {
      cwd: entry.directory,
      env: {
        ...process.env,
        ...earlyVariables(rootDirectory),
        LANGUAGE_HOST_PREPARES: JSON.stringify({ directory: entry.directory }),
      },
      stdio: ["pipe", "pipe", "pipe"],
    });
    // It must not keep this process alive; if it ends early, it is not used.
    this.child.unref();
    for (const pipe of this.pipes) pipe.unref();
    this.child.stdin?.on("error", () => undefined);
    closed(this.child).catch(() => undefined);
  }

  /**
   * Makes it run this, in this environment.
   *
   * @returns the process; undefined if it was started for another program or is already used.
   */
  takeOn(run: ProgramRun, env: NodeJS.ProcessEnv): ChildProcess | undefined {
    const { entry, args, options } = run;
    const { rootDirectory } = options;
    if (!this.isFor({ entry, rootDirectory })) return;
    this.taken = true;
    this.child.ref();
    for (const pipe of this.pipes) pipe.ref();
    this.child.stdin?.end(JSON.stringify({ args, env: { ...env, ...run.env }, options }));
    return this.child;
  }

  /** Whether it was started with these options. */
  isFor(preparation: Preparation): boolean {
    return (
      !this.taken &&
      this.child.exitCode === null &&
      this.child.signalCode === null &&
      isDeepStrictEqual(preparation, this.preparation)
    );
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
