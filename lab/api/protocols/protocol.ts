import type { ApiError, SignatureProblem } from "../apiError";
import type { OperationModel } from "../model";
import type { ApiService } from "../service";
import type { ApiRequest } from "../signature";

/** An HTTP response. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** One of the protocols of AWS's services. */
export interface Protocol {
  /** The operation that a request names, if it is addressed to this service in this protocol. */
  operationOf(request: ApiRequest, service: ApiService): string | undefined;
  /** Parses a request's input with the model. */
  read(model: OperationModel, request: ApiRequest): Promise<unknown>;
  write(model: OperationModel, output: object, service: ApiService, requestId: string): ApiAnswer;
  writeError(error: ApiError, requestId: string): ApiAnswer;
  readonly signatureErrors: SignatureErrors;
  /** Error code for a request that does not match the model. */
  readonly malformed: string;
  /** Error code for an unknown operation. */
  readonly unknownOperation: string;
}

/** Error codes and statuses for problems with a signature. */
export type SignatureErrors = Readonly<
  Record<SignatureProblem, readonly [code: string, status: number]>
>;
