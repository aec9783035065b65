import type { IncomingMessage, ServerResponse } from "node:http";

import { LoopbackServer, HttpRefusal } from "../protocol/loopback";
import { ActivityHistory } from "./activityHistory";
import { loadRegistry, loadRequests } from "./lazyModules";
import type { Answering } from "./service";
import type { ApiRequest } from "./signature";

/** Number of ports to try, from the first one on, before taking any free one. */
const PORTS_TRIED = 10;
/** How long requests may take to finish when the lab stops, in milliseconds. */
const CLOSING_MS = 500;

/** Maximum length of a body, in bytes; no request of these services is longer. */
const LONGEST_BODY = 8 * 1024 * 1024;

export interface ApiOptions extends Omit<Answering, "endpoint"> {
  /** First port to try on 127.0.0.1; 0 picks a free one. @default 8060 */
  readonly port?: number;
}

/**
 * AWS's API on loopback, in the services' own protocols, for the AWS CLI and the SDKs. It only accepts requests signed
 * with the lab's access key. At `/v2/` it is the account's image registry, for clients with a registry token.
 */
export class ApiServer {
  private server: LoopbackServer | undefined;
  private readonly history: ActivityHistory;

  private constructor(private readonly options: ApiOptions) {
    this.history = new ActivityHistory(options.targets.account, options.targets.plane);
  }

  /** Listens on the first free port; see {@link ApiOptions.port}. */
  static async start(options: ApiOptions): Promise<ApiServer> {
    const api = new ApiServer(options);
    const first = options.port ?? 8060;
    const ports = Array.from({ length: PORTS_TRIED }, (_, index) => first + index);
    api.server = await LoopbackServer.start(
      (request, response) => api.handle(request, response),
      [...ports.filter((port) => port <= 65_535), 0],
    );
    return api;
  }

  /** Value of `AWS_ENDPOINT_URL`. */
  get url(): string {
    return this.server?.url ?? "";
  }

  async close(): Promise<void> {
    this.history.close();
    await this.server?.close(CLOSING_MS);
  }

  private async handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url = "", headers } = incoming;
    const answering = { ...this.options, endpoint: this.url };
    if (/^\/v2(\/|$)/.test(url)) {
      await loadRegistry().answerRegistry(incoming, response, answering);
      return;
    }
    const request: ApiRequest = { method, path: url, headers, body: await bodyOf(incoming) };
    const { answerTo } = loadRequests();
    const { status, headers: answered, body } = await answerTo(request, answering, this.history);
    response.writeHead(status, answered).end(body);
  }
}

/** Reads a body up to a limit, since the sender is not authenticated yet. */
async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of incoming as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > LONGEST_BODY) throw new HttpRefusal(413, "The request is too large.");
    parts.push(part);
  }
  return Buffer.concat(parts);
}
