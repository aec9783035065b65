import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";

import { LoopbackServer } from "../protocol/loopback";
import type { AccessKey } from "./accessKey";
import { ApiError, SignatureError, toApiError, UnknownOperation } from "./apiError";
import { History } from "./history";
import { mismatches, mustHaveRequired, operationModel } from "./model";
import { protocolOf } from "./protocols";
import type { ApiAnswer, Protocol } from "./protocols/protocol";
import type { ApiService, ApiTargets } from "./service";
import { services } from "./services";
import { type ApiRequest, type Scope, verifySignature } from "./signature";

/** Ports tried from the first one on, before any free one is taken. */
const PORTS_TRIED = 10;
/** How long requests may take to end when the lab stops, in milliseconds. */
const CLOSING_MS = 500;

export interface ApiOptions {
  /** First port to try on 127.0.0.1; 0 takes a free one. @default 8060 */
  readonly port?: number;
  readonly key: AccessKey;
  readonly targets: ApiTargets;
  /** Fails a request whose answer is not as the service's model has it. @default false: it is sent */
  readonly isStrict?: boolean;
  /** @default the machine's clock */
  readonly now?: () => Date;
}

/**
 * AWS's API on loopback, in the services' own protocols, for the AWS CLI and the SDKs. It answers only what
 * the lab's access key has signed.
 */
export class ApiServer {
  private server: LoopbackServer | undefined;
  private readonly history: History;

  private constructor(private readonly options: ApiOptions) {
    this.history = new History(options.targets.account, options.targets.plane);
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
    const request: ApiRequest = { method, path: url, headers, body: await buffer(incoming) };
    const { status, headers: answered, body } = await this.answer(request);
    response.writeHead(status, answered).end(body);
  }

  private async answer(request: ApiRequest): Promise<ApiAnswer> {
    const { key, now = () => new Date() } = this.options;
    const requestId = randomUUID();
    // Whoever is refused hears of it in the protocol in which he asked.
    const protocol = protocolOf(
      request,
      /\/([\w-]+)\/aws4_request/.exec(request.headers.authorization ?? "")?.[1],
    );
    try {
      const scope = await verifySignature(request, key, now());
      return await this.perform(request, protocol, scope, requestId);
    } catch (error) {
      return protocol.writeError(errorIn(protocol, error), requestId);
    }
  }

  private async perform(
    request: ApiRequest,
    protocol: Protocol,
    { region, service: signed }: Scope,
    requestId: string,
  ): Promise<ApiAnswer> {
    const service = services.find(({ signingName }) => signingName === signed);
    if (service === undefined) throw unknownService(signed);
    const name = protocol.operationOf(request, service) ?? "";
    const operation = Object.hasOwn(service.operations, name)
      ? service.operations[name]
      : undefined;
    if (operation === undefined) throw unknownOperation(service, name);
    const model = operationModel(service, name);
    const input = await protocol.read(model, request);
    mustHaveRequired(model.input, input, service.invalidCode);
    const { history } = this;
    const output = await operation(input as never, { ...this.options.targets, region, history });
    if (this.options.isStrict === true) mustMatch(name, mismatches(model.output, output));
    return protocol.write(model, output, service, requestId);
  }
}

function errorIn(protocol: Protocol, error: unknown): ApiError {
  if (error instanceof UnknownOperation) {
    return new ApiError(protocol.unknownOperation, error.message);
  }
  if (!(error instanceof SignatureError)) return toApiError(error);
  const [code, status] = protocol.signatureErrors[error.problem];
  return new ApiError(code, error.message, status);
}

function unknownService(signed: string): UnknownOperation {
  const known = services.map(({ signingName }) => signingName).join(", ");
  return new UnknownOperation(`The lab has no API of ${signed}. It has ${known}.`);
}

function unknownOperation({ title, operations }: ApiService, name: string): UnknownOperation {
  const known = Object.keys(operations).sort().join(", ");
  return new UnknownOperation(
    `The lab's ${title} has no operation ${name === "" ? "in this request" : name}. It has ${known}.`,
  );
}

function mustMatch(operation: string, problems: readonly string[]): void {
  if (problems.length > 0)
    throw new Error(`${operation} answers beside its model: ${problems.join("; ")}`);
}
