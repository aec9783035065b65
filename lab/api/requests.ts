import { randomUUID } from "node:crypto";

import { messageOf } from "../shared/messageOf";
import { ApiError, SignatureError, toApiError, UnknownOperation } from "./apiError";
import type { ActivityHistory } from "./activityHistory";
import {
  mismatches,
  mustHaveRequired,
  type OperationModel,
  operationModel,
  wrongTypes,
} from "./model";
import { refuseEmptyPages } from "./paging";
import { protocolOf } from "./protocols";
import type { ApiAnswer, Protocol } from "./protocols/protocol";
import { refuseParameters } from "./records";
import { RegistryAccess } from "./registry/access";
import type { Answering, ApiService } from "./service";
import { services } from "./services";
import { type ApiRequest, type CredentialScope, verifySignature } from "./signature";

/** The response to a request, including errors. */
export async function answerTo(
  request: ApiRequest,
  answering: Answering,
  history: ActivityHistory,
): Promise<ApiAnswer> {
  const { key, now = () => new Date() } = answering;
  const requestId = randomUUID();
  // Errors are returned in the protocol of the request.
  const [, asked] = /\/([\w-]+)\/aws4_request/.exec(request.headers.authorization ?? "") ?? [];
  const protocol = protocolOf(request, asked);
  try {
    const scope = await verifySignature(request, key, now());
    return await perform(request, { protocol, scope, requestId, answering, history });
  } catch (error) {
    return protocol.writeError(errorIn(protocol, error), requestId);
  }
}

interface Asked {
  readonly protocol: Protocol;
  readonly scope: CredentialScope;
  readonly requestId: string;
  readonly answering: Answering;
  readonly history: ActivityHistory;
}

async function perform(
  request: ApiRequest,
  { protocol, scope: { region, service: signed }, requestId, answering, history }: Asked,
): Promise<ApiAnswer> {
  const service = services.find(({ signingName }) => signingName === signed);
  if (service === undefined) throw unknownService(signed);
  const name = protocol.operationOf(request, service) ?? "";
  const operation = Object.hasOwn(service.operations, name) ? service.operations[name] : undefined;
  if (operation === undefined) throw unknownOperation(service, name);
  const model = operationModel(service, name);
  const input = await readInput(protocol, model, request);
  refuseParameters(name, input, service.refused?.[name] ?? [], service.invalidCode);
  mustHaveRequired(model.input, input, service.invalidCode);
  refuseEmptyPages(input, service.invalidCode);
  const { endpoint, isStrict, key, targets } = answering;
  const access = new RegistryAccess(key);
  const api = { ...targets, region, history, endpoint, access };
  const output = await operation(input as never, api);
  if (isStrict === true) mustMatch(name, mismatches(model.output, output));
  return protocol.write(model, output, service, requestId);
}

async function readInput(
  protocol: Protocol,
  model: OperationModel,
  request: ApiRequest,
): Promise<object> {
  try {
    const input = (await protocol.read(model, request)) ?? null;
    if (input === null) throw new Error("the request is not a structure");
    const problem = wrongTypes(model.input, input)[0];
    if (problem !== undefined) throw new Error(problem);
    return input;
  } catch (error) {
    throw new ApiError(protocol.malformed, messageOf(error));
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
  return new UnknownOperation(
    `The lab does not support the API of ${signed}. It supports ${known}.`,
  );
}

function unknownOperation({ title, operations }: ApiService, name: string): UnknownOperation {
  const known = Object.keys(operations).sort().join(", ");
  return new UnknownOperation(
    `The lab's ${title} does not support ${name === "" ? "this request" : `the operation ${name}`}. It supports ${known}.`,
  );
}

function mustMatch(operation: string, problems: readonly string[]): void {
  if (problems.length > 0)
    throw new Error(
      `the response of ${operation} does not match its model: ${problems.join("; ")}`,
    );
}
