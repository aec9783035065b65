import type { IncomingMessage, ServerResponse } from "node:http";
import { PassThrough } from "node:stream";

import { Agent, errors } from "undici";

/** Where a request goes, and the header fields that are added for the target. */
export interface ForwardedRequest {
  /** `127.0.0.1:PORT`. */
  readonly address: string;
  /** Header fields by lower-case name, which replace the client's. */
  readonly headers: Readonly<Record<string, string>>;
  /** How long the target may stay silent, in ms. */
  readonly idleMs: number;
}

/** Forwards requests over HTTP/1.1, on connections that it keeps open for later requests. */
export class Forwarder {
  private readonly agent: Agent;

  /** @param idleMs how long a connection stays open without a request, in ms */
  constructor(idleMs: number) {
    this.agent = new Agent({
      connect: { timeout: connectTimeoutMs },
      keepAliveTimeout: idleMs,
      keepAliveMaxTimeout: idleMs,
    });
  }

  /**
   * Sends the client the target's response.
   *
   * @param refuse called instead, with the load balancer's own status, if the target does not respond
   */
  forward(
    request: IncomingMessage,
    response: ServerResponse,
    { address, headers, idleMs }: ForwardedRequest,
    refuse: (status: number) => void,
  ): void {
    this.agent.dispatch(
      {
        origin: `http://${address}`,
        path: request.url ?? "/",
        method: request.method ?? "GET",
        headers: requestHeaders(request.rawHeaders, headers),
        body: bodyOf(request),
        headersTimeout: idleMs,
        bodyTimeout: idleMs,
      },
      {
        onRequestStart: (controller) => {
          const abort = () => {
            if (!response.writableFinished) controller.abort(new Error("the client is gone"));
          };
          if (response.closed) abort();
          else response.once("close", abort);
        },
        onResponseStart: (controller, status, _, message) => {
          if (status < 200) return;
          response.writeHead(status, message, responseHeaders(controller.rawHeaders as Buffer[]));
        },
        onResponseData: (controller, chunk) => {
          if (response.write(chunk)) return;
          controller.pause();
          response.once("drain", () => {
            controller.resume();
          });
        },
        onResponseEnd: () => response.end(),
        onResponseError: (_, error) => {
          if (response.headersSent) response.destroy();
          else refuse(statusOf(error));
        },
      },
    );
  }

  /** Ends all connections to targets. */
  async close(): Promise<void> {
    await this.agent.destroy();
  }
}

/** Source: ELB user guide, "Troubleshoot your Application Load Balancers", "HTTP 504". */
const connectTimeoutMs = 10_000;

/** Hop-by-hop header fields, which a load balancer must not forward. */
const ofOneConnection = new Set([
  "connection",
  "expect",
  "http2-settings",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
]);

/** Header names and values, alternating, as the client sent them. */
function requestHeaders(raw: readonly string[], own: Readonly<Record<string, string>>): string[] {
  const headers: string[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const [name = "", value = ""] = [raw[i], raw[i + 1]];
    const key = name.toLowerCase();
    if (!ofOneConnection.has(key) && !(key in own)) headers.push(name, value);
  }
  for (const name in own) headers.push(name, own[name] ?? "");
  return headers;
}

function responseHeaders(raw: readonly Buffer[]): string[] {
  const headers: string[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i]?.toString("latin1") ?? "";
    if (!ofOneConnection.has(name.toLowerCase()))
      headers.push(name, raw[i + 1]?.toString("latin1") ?? "");
  }
  return headers;
}

/** A separate stream, so that its end does not close the client's connection. */
function bodyOf(request: IncomingMessage): PassThrough | null {
  const { "content-length": length, "transfer-encoding": encoding } = request.headers;
  const isEmpty = encoding === undefined && (length === undefined || Number(length) === 0);
  return isEmpty ? null : request.pipe(new PassThrough());
}

function statusOf(error: Error): number {
  if (error instanceof errors.InvalidArgumentError) return 400;
  const isTooLate =
    error instanceof errors.HeadersTimeoutError || error instanceof errors.ConnectTimeoutError;
  return isTooLate ? 504 : 502;
}
