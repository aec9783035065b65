import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { connect, createServer as createTcpServer, type AddressInfo, type Server } from "node:net";
import { pipeline } from "node:stream";

import { Forwarder } from "../forwarder";

/** Number of retries of a failed request, each at another task; AWS's default. */
const RETRIES = 2;
/** Timeout of a request, in ms; AWS's default for HTTP. */
const REQUEST_TIMEOUT_MS = 15_000;

/**
 * The proxy for one name and port of a Service Connect namespace: a port of 127.0.0.1 that forwards requests (or
 * connections, if the service does not use HTTP) to the service's tasks in turn. On AWS, each task has its own proxy.
 *
 * Failed requests without a body are retried at another task. Not simulated: outlier detection, TLS. Source: ECS
 * developer guide, "Amazon ECS Service Connect components", "Service Connect proxy".
 */
export class ServiceConnectProxy {
  private readonly server: Server;
  private readonly forwarder = new Forwarder(REQUEST_TIMEOUT_MS);
  private turn = 0;

  /** @param addresses `127.0.0.1:PORT` of each running task, looked up at each request */
  constructor(
    readonly protocol: "http" | "tcp",
    private readonly addresses: () => readonly string[],
  ) {
    this.server =
      protocol === "http"
        ? createServer((request, response) => {
            this.forward(request, response, RETRIES);
          })
        : createTcpServer((socket) => {
            const [host, port] = this.next()?.split(":") ?? [];
            if (port === undefined) socket.destroy();
            else pipeline(socket, connect({ host, port: Number(port) }), socket, () => undefined);
          });
  }

  /** Port of 127.0.0.1; 0 before {@link listen}. */
  get port(): number {
    return (this.server.address() as AddressInfo | null)?.port ?? 0;
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.server.once("error", reject);
      this.server.listen(0, "127.0.0.1", resolve);
    });
  }

  /** Stops listening, and cuts off everything in flight. */
  close(): void {
    this.server.close();
    if ("closeAllConnections" in this.server) {
      (this.server as { closeAllConnections(): void }).closeAllConnections();
    }
    void this.forwarder.close();
  }

  private forward(request: IncomingMessage, response: ServerResponse, retries: number): void {
    const address = this.next();
    if (address === undefined) {
      answer(response, "no healthy upstream");
      return;
    }
    const forwarded = { address, headers: {}, idleMs: REQUEST_TIMEOUT_MS };
    this.forwarder.forward(request, response, forwarded, () => {
      if (retries > 0 && !hasBody(request)) this.forward(request, response, retries - 1);
      else answer(response, "upstream connect error or disconnect before headers");
    });
  }

  private next(): string | undefined {
    const all = this.addresses();
    return all[this.turn++ % all.length];
  }
}

function hasBody({ headers }: IncomingMessage): boolean {
  return Number(headers["content-length"] ?? 0) > 0 || headers["transfer-encoding"] !== undefined;
}

/** Uses the messages of Envoy, which AWS's proxies are. */
function answer(response: ServerResponse, message: string): void {
  response.writeHead(503, { "Content-Type": "text/plain" });
  response.end(message);
}
