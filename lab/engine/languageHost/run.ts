import * as path from "node:path";
import { isDeepStrictEqual } from "node:util";

import type { RunRequest } from "@pulumi/pulumi/proto/language_pb";

import { programArgs, programVariables, type RunOptions } from "../internals/sdkRunners";
import { type EntryPoint, shellWords } from "./nodeProcess";

/** What is known of a run before the engine asks for it. */
export interface ExpectedRun {
  entry: EntryPoint;
  /** What to run in the program's folder: `.` or a file. */
  entryPoint: string;
  options: Pick<RunOptions, "organization" | "project" | "rootDirectory" | "stack">;
}

/** A program to run: how it starts, and the options for its process. */
export interface ProgramRun extends ExpectedRun {
  options: RunOptions;
  /** Folder that the program works in. */
  pwd: string;
  /** Arguments of the SDK's runner. */
  args: string[];
  /** Variables in addition to the host's. */
  env: Record<string, string>;
}

/** `runtime.options` in Pulumi.yaml. */
interface RuntimeOptions {
  typescript?: boolean;
  tsconfig?: string;
  nodeargs?: string;
}

/** Translates the engine's request into the command line and environment of the SDK's runner. */
export function runOf(request: RunRequest, engine: string): ProgramRun {
  const info = request.getInfo();
  const directory = firstOf(info?.getProgramDirectory(), request.getPwd());
  const given = (info?.getOptions()?.toJavaScript() ?? {}) as RuntimeOptions;
  const options: RunOptions = {
    organization: request.getOrganization(),
    project: request.getProject(),
    rootDirectory: info?.getRootDirectory() ?? "",
    stack: request.getStack(),
    parallel: request.getParallel(),
    dryRun: request.getDryrun(),
    engine,
    monitor: request.getMonitorAddress(),
  };
  const entryPoint = firstOf(info?.getEntryPoint(), request.getProgram(), ".");
  return {
    entryPoint,
    pwd: request.getPwd(),
    entry: {
      directory,
      runner: "run",
      nodeArgs: given.nodeargs === undefined ? [] : shellWords(given.nodeargs),
    },
    options,
    args: programArgs(options, request.getPwd(), [entryPoint, ...request.getArgsList()]),
    env: programVariables(
      {
        values: Object.fromEntries(request.getConfigMap().getEntryList()),
        secretKeys: request.getConfigsecretkeysList(),
      },
      given,
    ),
  };
}

/** The first text that is not empty, since unset texts are empty in these messages. */
export function firstOf(...texts: (string | undefined)[]): string {
  return texts.find((text) => text) ?? "";
}

/** Whether a run is the expected one, for an engine on this machine. */
export function isExpected(run: ProgramRun, expected: ExpectedRun): boolean {
  const { entry, entryPoint, options } = run;
  const { organization, project, rootDirectory, stack } = options;
  const asked: ExpectedRun = {
    entry,
    entryPoint,
    options: { organization, project, rootDirectory, stack },
  };
  return (
    isDeepStrictEqual(asked, expected) &&
    path.resolve(run.pwd) === path.resolve(entry.directory) &&
    [options.engine, options.monitor].every((address) => /^127\.0\.0\.1:\d+$/.test(address))
  );
}
