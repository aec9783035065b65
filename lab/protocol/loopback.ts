import { timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { text } from "node:stream/consumers";

import type { z } from "zod";

import { messageOf } from "../shared/messageOf";
import { assertPeersKnown, isOwnPeer } from "../shared/ownPeers.cjs";
import { firstProblem, VersionMismatch } from "./message";

/** Answers a request; what it throws is answered too: a {@link Refusal} as it says, all else by 500. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

/** Why a request is not answered as asked; the message is the answer's text. */
export class Refusal extends Error {
  /** @param status HTTP status, from 400 */
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/**
 * An HTTP server of the lab: on 127.0.0.1 alone, for this process's user and root, with one form of error
 * answers. Whoever else of this machine asks is told so, and nothing more.
 *
 * It is Node's own, for each of the lab's servers has a few addresses and most hold a response open,
 * and a framework costs every command that opens the account more time to load than it saves lines.
 */
export class LoopbackServer {
  private constructor(private readonly server: Server) {}

  /**
   * @param handle called for each request
   * @param ports listens on the first that is free; 0 takes any
   */
  static async start(handle: Handler, ports: readonly number[] = [0]): Promise<LoopbackServer> {
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

  /** `http://127.0.0.1:PORT`, without a slash at the end. */
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

/** Whether a request bears the token, found out in a time that tells nothing of it. */
export function bearsToken({ headers }: IncomingMessage, token: string): boolean {
  return isSame(headers.authorization ?? "", `Bearer ${token}`);
}

/** Whether a secret was given right, found out in a time that tells nothing but its length. */
export function isSame(given: string, secret: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(secret)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/**
 * The JSON that a request of another lab process came with.
 * @throws Refusal that says that it is of another version, when it is not as the schema has it
 */
export async function messageIn<Schema extends z.ZodType>(
  request: IncomingMessage,
  schema: Schema,
): Promise<z.output<Schema>> {
  const parsed = schema.safeParse(JSON.parse(await text(request)));
  if (parsed.success) return parsed.data;
  throw otherVersion(request, firstProblem(parsed.error));
}

/** What a lab process is told that asks for what this one does not know. */
export function otherVersion({ method, url }: IncomingMessage, why: string): Refusal {
  const asked = `${method ?? ""} ${url ?? ""}`;
  return new Refusal(400, new VersionMismatch(`lab process ${process.pid}`, asked, why).message);
}

/** Answers with JSON. */
export function answer(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
}

/** Starts an answer of lines of JSON; returns what writes one, given as the text of its JSON. */
export function answerLines(response: ServerResponse): (json: string) => void {
  response.writeHead(200, { "content-type": "application/x-ndjson" });
  return (json) => {
    response.write(`${json}\n`);
  };
}

async function answerWith(
  handle: Handler,
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
    const status = error instanceof Refusal ? error.status : 500;
    response
      .writeHead(status, { "content-type": "text/plain; charset=utf-8" })
      .end(messageOf(error));
  }
}

function refuseStranger(_: IncomingMessage, response: ServerResponse): void {
  response.setHeader("connection", "close");
  throw new Refusal(403, "this lab is for the user who started it, and you are another");
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
