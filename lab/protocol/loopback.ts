import { timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { text } from "node:stream/consumers";

import type { z } from "zod";

import { messageOf } from "../shared/messageOf";
import { assertPeersKnown, isOwnPeer } from "../shared/ownPeers.cjs";
import { firstProblem, VersionMismatch } from "./message";

/** Answers a request. If it throws, a {@link HttpRefusal} is answered with its status, anything else with 500. */
export type HttpHandler = (
  request: IncomingMessage,
  response: ServerResponse,
) => Promise<void> | void;

/** Rejects a request; the message is the text of the response. */
export class HttpRefusal extends Error {
  /** @param status HTTP status, from 400 */
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/**
 * An HTTP server of the lab: on 127.0.0.1 only, for this process's user and root, with uniform error responses. Other
 * users of this machine get an error.
 *
 * Built on Node's own server rather than a framework: each of the lab's servers has only a few paths, most keep
 * responses open, and loading a framework would slow down every command that opens the account.
 */
export class LoopbackServer {
  private constructor(private readonly server: Server) {}

  /**
   * @param handle called for each request
   * @param ports ports to try, in order; 0 stands for any free port
   */
  static async start(handle: HttpHandler, ports: readonly number[] = [0]): Promise<LoopbackServer> {
    assertPeersKnown();
    const strangers = new WeakSet<Socket>();
    const server = createServer((request, response) => {
      const own = strangers.has(request.socket) ? refuseStranger : handle;
      void answerWith(own, request, response);
    });
    server.on("connection", (socket) => {
      if (!isOwnPeer(socket)) strangers.add(socket);
    });
    await listen(server, ports);
    return new LoopbackServer(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** `http://127.0.0.1:PORT`, without a trailing slash. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** @param graceMs how long connections may take to end before they are cut off, in milliseconds */
  async close(graceMs = 0): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    const cut = () => {
      this.server.closeAllConnections();
    };
    if (graceMs === 0) cut();
    const timer = setTimeout(cut, graceMs);
    await closed;
    clearTimeout(timer);
  }
}

/** Whether a request has the token, compared in constant time. */
export function bearsToken({ headers }: IncomingMessage, token: string): boolean {
  return isSame(headers.authorization ?? "", `Bearer ${token}`);
}

/** Whether a secret is correct, in a time that reveals nothing but its length. */
export function isSame(given: string, secret: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(secret)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/**
 * The JSON body of a request from another lab process.
 * @throws HttpRefusal that says that the other process is of another version, if the body does not match the schema
 */
export async function messageIn<Schema extends z.ZodType>(
  request: IncomingMessage,
  schema: Schema,
): Promise<z.output<Schema>> {
  const parsed = schema.safeParse(JSON.parse(await text(request)));
  if (parsed.success) return parsed.data;
  throw otherVersion(request, firstProblem(parsed.error));
}

/** Error for a lab process whose request this one does not understand. */
export function otherVersion({ method, url }: IncomingMessage, why: string): HttpRefusal {
  const asked = `${method ?? ""} ${url ?? ""}`;
  return new HttpRefusal(
    400,
    new VersionMismatch(`lab process ${process.pid}`, asked, why).message,
  );
}

/** Answers with JSON. */
export function answer(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
}

/** Starts a response of JSON lines; returns a function that writes one line, given as JSON text. */
export function answerLines(response: ServerResponse): (json: string) => void {
  response.writeHead(200, { "content-type": "application/x-ndjson" });
  return (json) => {
    response.write(`${json}\n`);
  };
}

async function answerWith(
  handle: HttpHandler,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    await handle(request, response);
  } catch (error) {
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const status = error instanceof HttpRefusal ? error.status : 500;
    response
      .writeHead(status, { "content-type": "text/plain; charset=utf-8" })
      .end(messageOf(error));
  }
}

function refuseStranger(_: IncomingMessage, response: ServerResponse): void {
  response.setHeader("connection", "close");
  throw new HttpRefusal(403, "this lab only serves the user who started it");
}

async function listen(server: Server, ports: readonly number[]): Promise<void> {
  let problem: NodeJS.ErrnoException | undefined;
  for (const port of ports) {
    problem = await new Promise((resolve) => {
      server.once("error", resolve);
      server.listen(port, "127.0.0.1", () => {
        server.off("error", resolve);
        resolve(undefined);
      });
    });
    if (problem === undefined) return;
    if (problem.code !== "EADDRINUSE" && problem.code !== "EACCES") throw problem;
  }
  if (problem !== undefined) throw problem;
}
