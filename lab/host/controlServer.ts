import { randomBytes, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

import { z } from "zod";

import { type ApprovalRequest, approvalSchema } from "../protocol/approval";
import { messageOf } from "../shared/messageOf";
import type { Host } from "./host";
import { parseStackReport } from "./stackReports";

const recoverSchema = z.object({
  stack: z.string(),
  project: z.string(),
  known: z.array(z.object({ type: z.string(), id: z.string() })),
});

type Handlers = Pick<Host, "recover" | "report"> & {
  approve: (request: ApprovalRequest) => unknown;
  status: () => unknown;
  onChange: (listener: () => void) => () => void;
};

/**
 * How lab processes talk to the one that has the account open: HTTP on loopback, for those who can
 * read the token in the lab's state folder.
 *
 * - `GET /attach` stays open for as long as the caller needs the account;
 * - `GET /status` tells what is served;
 * - `GET /follow` tells the status again whenever it has changed, a line of JSON each, for as long as
 *   both live; the account is not kept open for it;
 * - `POST /recover` see {@link Host.recover}, `POST /report` see {@link Host.report},
 *   `POST /approve` see {@link Host.approve}.
 */
export class ControlServer {
  readonly token = randomBytes(32).toString("hex");
  private readonly attached = new Set<ServerResponse>();

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(handlers: Handlers): Promise<ControlServer> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const control = new ControlServer(server, `http://127.0.0.1:${port}`);
    server.on("request", (request, response) => {
      control.handle(handlers, request, response).catch((error: unknown) => {
        response.writeHead(500).end(messageOf(error));
      });
    });
    return control;
  }

  /** Waits until no other process needs the account any more, then stops. */
  async close(): Promise<void> {
    await Promise.all([...this.attached].map((response) => once(response, "close")));
    this.server.close();
    this.server.closeAllConnections();
  }

  private async handle(handlers: Handlers, request: IncomingMessage, response: ServerResponse) {
    if (!this.knowsToken(request)) {
      response.writeHead(401).end("the token is wrong");
      return;
    }
    switch (`${request.method ?? ""} ${request.url ?? ""}`) {
      case "GET /attach":
        this.attached.add(response);
        response.on("close", () => this.attached.delete(response));
        response.writeHead(200).flushHeaders();
        return;
      case "GET /status":
        answer(response, handlers.status());
        return;
      case "GET /follow":
        follow(handlers, response);
        return;
      case "POST /report":
        await handlers.report(parseStackReport(JSON.parse(await text(request))));
        answer(response, {});
        return;
      case "POST /approve":
        answer(response, handlers.approve(approvalSchema.parse(JSON.parse(await text(request)))));
        return;
      case "POST /recover": {
        const body = recoverSchema.parse(JSON.parse(await text(request)));
        answer(response, await handlers.recover(body.stack, body.project, body.known));
        return;
      }
      default:
        response.writeHead(404).end("no such thing");
    }
  }

  private knowsToken(request: IncomingMessage): boolean {
    const given = Buffer.from(request.headers.authorization ?? "");
    const wanted = Buffer.from(`Bearer ${this.token}`);
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  }
}

function follow({ status, onChange }: Handlers, response: ServerResponse): void {
  let last = "";
  const tell = () => {
    const now = JSON.stringify(status());
    if (now !== last) response.write(`${now}\n`);
    last = now;
  };
  response.writeHead(200, { "content-type": "application/x-ndjson" });
  response.once("close", onChange(tell));
  tell();
}

function answer(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
}
