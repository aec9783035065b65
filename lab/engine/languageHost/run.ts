import type { RunRequest } from "@pulumi/pulumi/proto/language_pb";

import { type Entry, shellWords } from "./nodeProcess";

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

/** A program to be run: how it starts, and what its process is told. */
export interface Run {
  entry: Entry;
  options: RunOptions;
  /** Arguments of the SDK's runner. */
  args: string[];
  /** Variables beside those of the host. */
  env: Record<string, string>;
}

/** Options below `runtime.options` of Pulumi.yaml. */
interface RuntimeOptions {
  typescript?: boolean;
  tsconfig?: string;
  nodeargs?: string;
}

/** What the engine asks for, as command line and environment of the SDK's runner. */
export function runOf(request: RunRequest, engine: string): Run {
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
  const flags: [string, string][] = [
    ["monitor", options.monitor],
    ["engine", options.engine],
    ["organization", options.organization],
    ["project", options.project],
    ["root-directory", options.rootDirectory],
    ["stack", options.stack],
    ["pwd", request.getPwd()],
    ["parallel", `${options.parallel}`],
  ];
  return {
    entry: {
      directory,
      runner: "run",
      nodeArgs: given.nodeargs === undefined ? [] : shellWords(given.nodeargs),
    },
    options,
    args: [
      ...flags.flatMap(([name, value]) => (value === "" ? [] : [`--${name}`, value])),
      ...(options.dryRun ? ["--dry-run"] : []),
      firstOf(info?.getEntryPoint(), request.getProgram(), "."),
      ...request.getArgsList(),
    ],
    env: {
      PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().getEntryList())),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
      ...(given.typescript === false ? {} : { PULUMI_NODEJS_TYPESCRIPT: "true" }),
      ...(given.tsconfig === undefined ? {} : { PULUMI_NODEJS_TSCONFIG_PATH: given.tsconfig }),
    },
  };
}

/** The first that is given: a text that is not set is empty in these messages. */
export function firstOf(...texts: (string | undefined)[]): string {
  return texts.find((text) => text) ?? "";
}
