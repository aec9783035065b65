import { once } from "node:events";
import { existsSync } from "node:fs";
import * as path from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/language_pb";
import { PackageDependency, PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

import { ALREADY_TOLD, pluginArgs } from "../internals/sdkRunners";
import { listenForOwnUser } from "../../shared/grpcPort";
import { messageOf } from "../../shared/messageOf";
import { closed, commandLine, node, Processes } from "./nodeProcess";
import { dependencies, requiredPackages } from "./packages";
import type { PreparedPack } from "./preparedPack";
import type { PreparedProgram } from "./preparedProgram";
import { type ExpectedRun, firstOf, isExpected, type ProgramRun, runOf } from "./run";

/** What a host says that runs one program alone. */
const refused = "this language host is for another";

export interface LanguageHostOptions {
  /** Address of the engine, if it passes it on the command line rather than in a handshake. */
  engineAddress?: string;
  /** Environment of programs. @default that of this process */
  env?: NodeJS.ProcessEnv;
  /** A program that was started early. */
  program?: () => PreparedProgram | undefined;
  /** A policy pack that runs already. */
  pack?: PreparedPack;
  /**
   * The only program and pack to run. For a host that listens for longer than an engine needs it: otherwise any process
   * that reaches its port could run programs as its user. @default any
   */
  only?: OnlyFor;
}

export interface OnlyFor {
  run: ExpectedRun;
  /** Folder of the policy pack. */
  pack?: string;
}

export interface LanguageHost {
  readonly port: number;
  /** Ends what it started, then itself. */
  close(): void;
}

/**
 * Serves Pulumi's language runtime for Node.js on 127.0.0.1, for a CLI that ships without it. Runs programs and policy
 * packs with the SDK's own runners, in separate processes, and only for its own user. Source: the service
 * `LanguageRuntime` of Pulumi's language.proto.
 */
export async function serveLanguageHost(options: LanguageHostOptions = {}): Promise<LanguageHost> {
  const server = new grpc.Server();
  const processes = new Processes();
  server.addService(LanguageRuntimeService, handlers(options, processes));
  const door = await listenForOwnUser(server);
  return {
    port: door.port,
    close: () => {
      door.close();
      processes.endAll();
      server.forceShutdown();
    },
  };
}

function handlers(
  options: LanguageHostOptions,
  processes: Processes,
): grpc.UntypedServiceImplementation {
  const { engineAddress, env = process.env, program, only } = options;
  /** Address of the engine behind each connection to this host, by the connection's own address. */
  const engines = new Map<string, string>();

  return {
    handshake: unary((request: proto.LanguageHandshakeRequest, peer) => {
      engines.set(peer, request.getEngineAddress());
      return new proto.LanguageHandshakeResponse();
    }),
    getPluginInfo: unary(() => new PluginInfo()),
    getRequiredPackages: unary((request: proto.GetRequiredPackagesRequest) => {
      const directory = request.getInfo()?.getProgramDirectory() ?? "";
      const response = new proto.GetRequiredPackagesResponse();
      response.setPackagesList(
        requiredPackages(directory).map(({ name, version, server }) => {
          const dependency = new PackageDependency();
          dependency.setName(name);
          dependency.setKind("resource");
          dependency.setVersion(version);
          dependency.setServer(server);
          return dependency;
        }),
      );
      return response;
    }),
    run: unary(async (request: proto.RunRequest, peer, cancelled) => {
      const run = runOf(request, engines.get(peer) ?? engineAddress ?? "");
      if (only && !isExpected(run, only.run)) throw new Error(`${refused} program`);
      return runProgram(run, { env, processes, program: program?.(), cancelled });
    }),
    runPlugin: (
      call: grpc.ServerWritableStream<proto.RunPluginRequest, proto.RunPluginResponse>,
    ) => {
      void respond(call, (write) => runPlugin(call, write, processes, options));
    },
    installDependencies: (
      call: grpc.ServerWritableStream<
        proto.InstallDependenciesRequest,
        proto.InstallDependenciesResponse
      >,
    ) => {
      void respond(call, () => {
        if (only) throw new Error(`${refused} installation`);
        return install(call, processes);
      });
    },
    about: unary(() => {
      const response = new proto.AboutResponse();
      response.setExecutable(node);
      response.setVersion(process.version);
      return response;
    }),
    getProgramDependencies: unary((request: proto.GetProgramDependenciesRequest) => {
      const directory = request.getInfo()?.getProgramDirectory() ?? "";
      const response = new proto.GetProgramDependenciesResponse();
      response.setDependenciesList(
        dependencies(directory, request.getTransitivedependencies()).map(({ name, version }) => {
          const dependency = new proto.DependencyInfo();
          dependency.setName(name);
          dependency.setVersion(version);
          return dependency;
        }),
      );
      return response;
    }),
    cancel: unary(() => {
      processes.endAll();
      return new Empty();
    }),
  };
}

interface RunOptions {
  env: NodeJS.ProcessEnv;
  processes: Processes;
  program?: PreparedProgram;
  /** Aborted when the engine is gone. */
  cancelled: AbortSignal;
}

async function runProgram(
  run: ProgramRun,
  { env, processes, program, cancelled }: RunOptions,
): Promise<proto.RunResponse> {
  const response = new proto.RunResponse();
  const tell = logger(run.options.engine);
  const prepared = program?.takeOn(run, env);
  let code = prepared && (await follow(prepared, tell, cancelled));
  if (code === undefined || code === program?.refused) {
    const child = processes.start([...commandLine(run.entry), ...run.args], {
      cwd: run.entry.directory,
      env: { ...env, ...run.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    code = await follow(child, tell, cancelled);
  }
  await tell.done();
  if (code === ALREADY_TOLD) response.setBail(true);
  else if (code !== 0) response.setError(`Program exited with non-zero exit code: ${code}`);
  return response;
}

type Child = Parameters<typeof closed>[0];
type Tell = ReturnType<typeof logger>;

/** Sends the engine what a process prints, line by line, until it ends. */
async function follow(child: Child, tell: Tell, cancelled: AbortSignal): Promise<number> {
  cancelled.addEventListener("abort", () => child.kill());
  const streams = [child.stdout, child.stderr].filter((stream) => stream !== null);
  const reading = streams.map((stream) => tell.lines(stream));
  const code = await closed(child);
  await Promise.all(reading);
  return code;
}

/** Logs lines as diagnostics of the engine's operation. */
function logger(engineAddress: string) {
  const engine = new EngineClient(engineAddress, grpc.credentials.createInsecure());
  const sent: Promise<void>[] = [];
  const log = (message: string) =>
    new Promise<void>((resolve) => {
      const request = new LogRequest();
      request.setSeverity(LogSeverity.INFO);
      request.setMessage(message);
      // Errors are ignored: the engine may be gone.
      engine.log(request, () => {
        resolve();
      });
    });
  return {
    lines: async (stream: Readable) => {
      for await (const line of createInterface({ input: stream })) sent.push(log(`${line}\n`));
    },
    done: async () => {
      await Promise.all(sent);
      engine.close();
    },
  };
}

async function runPlugin(
  call: grpc.ServerWritableStream<proto.RunPluginRequest, proto.RunPluginResponse>,
  write: Write<proto.RunPluginResponse>,
  processes: Processes,
  { pack, only, env = process.env }: LanguageHostOptions,
): Promise<void> {
  const { request } = call;
  const directory = firstOf(request.getInfo()?.getProgramDirectory(), request.getProgram());
  if (request.getKind() === "analyzer" && pack?.runs(directory)) {
    write(pluginOutput("stdout", `${await pack.port}\n`));
    if (!call.cancelled) await once(call, "cancelled");
    return;
  }
  if (only && (request.getKind() !== "analyzer" || directory !== only.pack)) {
    throw new Error(`${refused} plugin`);
  }
  const runner = request.getKind() === "analyzer" ? "run-policy-pack" : "run-plugin";
  const entry = { directory, runner, nodeArgs: [] } as const;
  const child = processes.start(
    [...commandLine(entry), ...pluginArgs(runner, directory, request.getArgsList())],
    {
      cwd: runner === "run-policy-pack" ? directory : request.getPwd(),
      env: { ...(only && env), ...pluginVariables(request, only !== undefined) },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  call.once("cancelled", () => child.kill());
  child.stdout?.on("data", (data: Buffer) => {
    write(pluginOutput("stdout", data));
  });
  child.stderr?.on("data", (data: Buffer) => {
    write(pluginOutput("stderr", data));
  });
  const response = new proto.RunPluginResponse();
  response.setExitcode(await closed(child));
  write(response);
}

function pluginOutput(stream: "stdout" | "stderr", data: Buffer | string): proto.RunPluginResponse {
  const response = new proto.RunPluginResponse();
  if (stream === "stdout") response.setStdout(Buffer.from(data));
  else response.setStderr(Buffer.from(data));
  return response;
}

/** Variables that the engine gives a plugin: its whole environment, or only those meant for the SDK. */
function pluginVariables(request: proto.RunPluginRequest, sdkOnly: boolean) {
  const variables = request.getEnvList().map(variable);
  return Object.fromEntries(variables.filter(([name]) => !sdkOnly || name.startsWith("PULUMI_")));
}

/** `NAME=value`, as an environment is listed. */
function variable(text: string): [string, string] {
  const end = text.indexOf("=");
  return [text.slice(0, end), text.slice(end + 1)];
}

/** `npm ci` if there is a lock file, else `npm install`. */
async function install(
  call: grpc.ServerWritableStream<
    proto.InstallDependenciesRequest,
    proto.InstallDependenciesResponse
  >,
  processes: Processes,
): Promise<void> {
  const directory = call.request.getDirectory();
  const command = existsSync(path.join(directory, "package-lock.json")) ? "ci" : "install";
  const npm = processes.command("npm", [command], {
    cwd: directory,
    stdio: ["ignore", "pipe", "pipe"],
  });
  call.once("cancelled", () => npm.kill());
  npm.stdout?.on("data", (data: Buffer) => {
    const response = new proto.InstallDependenciesResponse();
    response.setStdout(data);
    call.write(response);
  });
  npm.stderr?.on("data", (data: Buffer) => {
    const response = new proto.InstallDependenciesResponse();
    response.setStderr(data);
    call.write(response);
  });
  const code = await closed(npm);
  if (code !== 0) throw new Error(`npm ${command} exited with code ${code}`);
}

/** Makes a handler that answers with the value of `handle`, or with the error it throws. */
function unary<Request, Response>(
  handle: (request: Request, peer: string, cancelled: AbortSignal) => Response | Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    const cancelling = new AbortController();
    call.once("cancelled", () => {
      cancelling.abort();
    });
    Promise.resolve()
      .then(() => handle(call.request, call.getPeer(), cancelling.signal))
      .then(
        (response) => {
          callback(null, response);
        },
        (error: unknown) => {
          callback({ code: grpc.status.UNKNOWN, details: messageOf(error) });
        },
      );
  };
}

type Write<Response> = (response: Response) => void;

/** Ends a stream of answers once `handle` has, with its error if it has one. */
async function respond<Request, Response>(
  call: grpc.ServerWritableStream<Request, Response>,
  handle: (write: Write<Response>) => Promise<void>,
): Promise<void> {
  try {
    await handle((response) => {
      if (!call.cancelled) call.write(response);
    });
    call.end();
  } catch (error) {
    call.emit("error", { code: grpc.status.UNKNOWN, details: messageOf(error) });
  }
}
