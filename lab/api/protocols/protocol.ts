import type { ApiError, SignatureProblem } from "../apiError";
import type { OperationModel } from "../model";
import type { ApiService } from "../service";
import type { ApiRequest } from "../signature";

/** An HTTP answer. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** One of the ways in which AWS's services speak. */
export interface Protocol {
  /** The operation that a request names, if it is one of this service in this protocol. */
  operationOf(request: ApiRequest, service: ApiService): string | undefined;
  /** What came in, by the model. */
  read(model: OperationModel, request: ApiRequest): Promise<unknown>;
  write(model: OperationModel, output: object, service: ApiService, requestId: string): ApiAnswer;
  writeError(error: ApiError, requestId: string): ApiAnswer;
  readonly signatureErrors: SignatureErrors;
  /** The code for a request that is not written as the model has it. */
  readonly malformed: string;
  /** The code for an operation that there is not. */
  readonly unknownOperation: string;
}

/** Codes and statuses for what is wrong with a signature. */
export type SignatureErrors = Readonly<
  Record<SignatureProblem, readonly [code: string, status: number]>
>;
