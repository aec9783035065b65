import { rm } from "node:fs/promises";
import * as path from "node:path";

import type { EarlyStart } from "./earlyStart";
import type { LabStack } from "./labStack";
import { PreparedProgram } from "./languageHost/preparedProgram";
import type { ExpectedRun } from "./languageHost/run";
import { type LanguageHost, serveLanguageHost } from "./languageHost/server";
import { guardedNodeOptions } from "./nodeArgs";
import { type Observations, takeObservations } from "./observations";
import type { EngineStack } from "./operation";
import { type PulumiProcess, pulumiIn } from "./pulumi";

export interface EngineOptions {
  stack: LabStack;
  /** Value of PULUMI_DEBUG_PROVIDERS: the providers to use instead of plugins. */
  debugProviders: string;
  /** What was started already; the pack with the stack's policy configuration. */
  early?: EarlyStart;
}

/** A stack of a program in the lab, on the engine, with the lab's providers. */
export class LabEngine implements EngineStack {
  readonly name: string;
  readonly pulumi: EngineStack["pulumi"];

  private constructor(
    readonly stack: LabStack,
    private readonly run: ExpectedRun,
    private readonly env: NodeJS.ProcessEnv,
    private readonly observationsFile: string,
    private readonly early: EarlyStart,
    private readonly host?: LanguageHost,
  ) {
    this.name = stack.name;
    this.pulumi = pulumiIn(this.attached);
  }

  static async open(options: EngineOptions): Promise<LabEngine> {
    const { stack, debugProviders } = options;
    const { cli, policyPack } = stack.options;
    const observationsFile = path.join(stack.workDir, `observations-${process.pid}.json`);
    const env = {
      ...stack.process.env,
      PULUMI_DEBUG_PROVIDERS: debugProviders,
      LAB_OBSERVATIONS: observationsFile,
      ...(cli.usesOwnHost ? {} : { NODE_OPTIONS: guardedNodeOptions() }),
      // For --event-log.
      PULUMI_DEBUG_COMMANDS: "true",
    };
    const run = expectedRun(stack);
    const early = { ...options.early };
    // A CLI's own language host also runs the program, only later.
    const host = cli.usesOwnHost
      ? await serveLanguageHost({
          env,
          program: () => early.program,
          pack: early.pack,
          only: { run, pack: policyPack?.dir },
        })
      : undefined;
    return new LabEngine(stack, run, env, observationsFile, early, host);
  }

  /** Starts loading the program's packages, for an operation that follows. */
  prepareProgram(): void {
    if (!this.host) return;
    const { entry, options } = this.run;
    const preparation = { entry, rootDirectory: options.rootDirectory };
    if (this.early.program?.isFor(preparation)) return;
    this.early.program?.close();
    this.early.program = new PreparedProgram(preparation);
  }

  /** The CLI as a process that runs any program. */
  get process(): PulumiProcess {
    return { ...this.stack.process, env: this.env };
  }

  /** The CLI with this process's language host, which starts faster, but runs only this program and pack. */
  get attached(): PulumiProcess {
    if (!this.host) return this.process;
    const languages = { PULUMI_DEBUG_LANGUAGES: `nodejs:${this.host.port}` };
    return { ...this.process, env: { ...this.env, ...languages } };
  }

  /** What was observed in the program's last run. */
  observations(): Promise<Observations> {
    return takeObservations(this.observationsFile);
  }

  /** Ends what it started, except the policy pack. */
  async close(): Promise<void> {
    this.early.program?.close();
    this.host?.close();
    await rm(this.observationsFile, { force: true });
  }
}

/** The request with which the engine will ask for the program. */
function expectedRun({ name: stack, options, project: own }: LabStack): ExpectedRun {
  const { folder, nodeArgs } = own;
  const { project } = options;
  const main = path.resolve(project.directory, project.main);
  const isFolder = path.extname(main) === "";
  return {
    entry: { directory: isFolder ? main : path.dirname(main), runner: "run", nodeArgs },
    entryPoint: isFolder ? "." : path.basename(main),
    // The file backend has one organization.
    options: { organization: "organization", project: project.name, rootDirectory: folder, stack },
  };
}
