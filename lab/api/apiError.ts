import { AwsError } from "../account/errors";
import { messageOf } from "../shared/messageOf";

/** What is wrong with a request's signature; each protocol has codes of its own for it. */
export type SignatureProblem = "missing" | "incomplete" | "unknownKey" | "mismatch" | "expired";

/** An error that a service answers with. */
export class ApiError extends Error {
  /**
   * @param code the service's code, e.g. `ClusterNotFoundException`
   * @param status HTTP status. @default 400
   */
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

/** A request that the lab's access key did not sign. */
export class SignatureError extends Error {
  constructor(
    readonly problem: SignatureProblem,
    message: string,
  ) {
    super(message);
  }
}

/** An operation, or a service, that the lab does not answer for. */
export class UnknownOperation extends Error {}

/** What the control plane throws: `CODE: text`, with a code as AWS's are. */
const CODED = /^(\w+(?:Exception|NotFound|Fault|Failure))\b: (.*)$/s;

/**
 * What an operation threw, as the service would answer it; the account's errors keep their codes. What
 * is none of AWS's is the lab's own failure, and comes as an internal error.
 */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const message = messageOf(error);
  if (error instanceof AwsError) {
    return new ApiError(error.code, message.slice(error.code.length + ": ".length));
  }
  const [, code, text] = CODED.exec(message) ?? [];
  if (code !== undefined && text !== undefined) return new ApiError(code, text);
  return new ApiError("InternalFailure", message, 500);
}
