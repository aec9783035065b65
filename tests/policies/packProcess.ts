import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { credentials } from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import {
  type AnalyzeDiagnostic,
  type AnalyzeResponse,
  type AnalyzerInfo,
  AnalyzerStackConfigureRequest,
  type RemediateResponse,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { renamed, type Renaming } from "../renamed";
import {
  analyzeRequest,
  configureRequest,
  type PackConfig,
  stackRequest,
  type TestResource,
} from "./harness";

type Answer<Response> = (error: Error | null, response: Response) => void;

/** Loaded before the pack in the lab, where it starts in a third of the time. */
const quickModules = join(__dirname, "../../lab/engine/internals/quick-modules.cjs");

/** The pack as the engine runs it: a process that prints a port and answers there. */
export class PackProcess {
  private constructor(
    private readonly server: ChildProcess,
    private readonly client: AnalyzerClient,
    private readonly complaints: Promise<string>,
  ) {}

  /**
   * @param renamings of the SDK. @default none
   * @throws Error with what the pack says if it does not start.
   */
  static async start(...renamings: readonly Renaming[]): Promise<PackProcess> {
    const { args, env } = renamed(renamings);
    const server = spawn(process.execPath, [...args, "--require", quickModules, "start.cjs"], {
      cwd: join(__dirname, "../../policies"),
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const complaints = text(server.stderr);
    const lines = createInterface(server.stdout);
    const port = await Promise.race([once(lines, "line"), once(lines, "close")]);
    if (port.length === 0) throw new Error(await complaints);
    const address = `127.0.0.1:${String(port[0])}`;
    return new PackProcess(
      server,
      new AnalyzerClient(address, credentials.createInsecure()),
      complaints,
    );
  }

  get pid(): number {
    return this.server.pid ?? 0;
  }

  /** Ends it. @returns what it said on standard error */
  async end(): Promise<string> {
    this.client.close();
    this.server.kill();
    return this.complaints;
  }

  info(): Promise<AnalyzerInfo> {
    return call((answer: Answer<AnalyzerInfo>) => this.client.getAnalyzerInfo(new Empty(), answer));
  }

  configureStack(): Promise<unknown> {
    const request = new AnalyzerStackConfigureRequest();
    return call((answer) => this.client.configureStack(request, answer));
  }

  configure(config: PackConfig): Promise<unknown> {
    return call((answer) => this.client.configure(configureRequest(config), answer));
  }

  async analyze(resource: TestResource): Promise<AnalyzeDiagnostic[]> {
    const response = await call((answer: Answer<AnalyzeResponse>) =>
      this.client.analyze(analyzeRequest(resource), answer),
    );
    return response.getDiagnosticsList();
  }

  async analyzeStack(resources: readonly TestResource[]): Promise<AnalyzeDiagnostic[]> {
    const response = await call((answer: Answer<AnalyzeResponse>) =>
      this.client.analyzeStack(stackRequest(resources), answer),
    );
    return response.getDiagnosticsList();
  }

  /** @returns the number of remediations of a resource */
  async remediate(resource: TestResource): Promise<number> {
    const response = await call((answer: Answer<RemediateResponse>) =>
      this.client.remediate(analyzeRequest(resource), answer),
    );
    return response.getRemediationsList().length;
  }
}

function call<Response>(send: (answer: Answer<Response>) => unknown): Promise<Response> {
  return new Promise((resolve, reject) => {
    send((error, response) => {
      if (error) {
        reject(error);
      } else {
        resolve(response);
      }
    });
  });
}
