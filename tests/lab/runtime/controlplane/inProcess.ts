import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import {
  type RunningContainer,
  type ContainerExit,
  type TaskRuntime,
  type ContainerSpec,
  TaskStartError,
} from "../../../../lab/runtime/dataplane/tasks/runtime";
import { siteFolder } from "../../../../lab/runtime/dataplane/tasks/siteFolder";

/** The image of a program that exits as soon as it is started. */
export const CRASH = "crash";

/**
 * Tasks as servers in the test's own process, each on its own port: what ECS does with tasks does not
 * depend on how they run, and starting a process for each would take most of a test's time. Tests of the
 * processes themselves ask for the runtime `static`.
 */
export class InProcessRuntime implements TaskRuntime {
  readonly name = "static";
  private readonly running = new Map<string, () => void>();

  /** @param images the folder that an image stands for; undefined: none */
  constructor(private readonly images: (image: string) => string | undefined) {}

  async prepare(): Promise<void> {
    // Nothing is left from earlier runs: no task outlives the process.
  }

  canRun(image: string): boolean {
    return image === CRASH || this.images(image) !== undefined;
  }

  async startContainer({ image, onOutput }: ContainerSpec): Promise<RunningContainer> {
    if (image === CRASH) {
      throw new TaskStartError("CannotStartContainerError: it ended at once with exit code 1");
    }
    const server = siteServer(siteFolder(image, this.images).html, onOutput);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    let ended: ContainerExit = { code: 0 };
    const exited = once(server, "close").then(() => {
      this.running.delete(address);
      return ended;
    });
    const kill = () => {
      ended = { signal: "SIGKILL" };
      server.close();
      server.closeAllConnections();
    };
    this.running.set(address, kill);
    return {
      runtime: this.name,
      address,
      exited,
      stop: async (timeoutMs) => {
        server.close();
        server.closeIdleConnections();
        const timer = setTimeout(kill, timeoutMs);
        await exited;
        clearTimeout(timer);
      },
    };
  }

  /** Where tasks listen. */
  get addresses(): readonly string[] {
    return [...this.running.keys()];
  }

  /** Ends the task that listens there without warning, if there still is one. */
  kill(address: string): void {
    this.running.get(address)?.();
  }
}

function siteServer(html: string, onOutput?: (line: string) => void): Server {
  const index = join(html, "index.html");
  const server = createServer(({ method, url }, response) => {
    if (url === "/health") return response.end("ok\n");
    response.statusCode = url === "/" && existsSync(index) ? 200 : 404;
    onOutput?.(`127.0.0.1 "${method ?? ""} ${url ?? ""}" ${response.statusCode}`);
    return response.end(response.statusCode === 200 ? readFileSync(index) : "404 Not Found\n");
  });
  server.keepAliveTimeout = 75_000; // longer than a load balancer keeps idle connections
  return server;
}
