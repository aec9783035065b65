import { AwsError } from "../account/errors";
import { messageOf } from "../shared/messageOf";

/** What is wrong with a request's signature; each protocol has its own error codes for it. */
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

/** A request that was not signed with the lab's access key. */
export class SignatureError extends Error {
  constructor(
    readonly problem: SignatureProblem,
    message: string,
  ) {
    super(message);
  }
}

/** An operation or a service that the lab does not support. */
export class UnknownOperation extends Error {}

/** Errors of the control plane: `CODE: text`, with codes like AWS's. */
const CODED = /^(\w+(?:Exception|NotFound|Fault|Failure))\b: (.*)$/s;

/**
 * An operation's error as the service would return it; the account's errors keep their codes. Any other error is a
 * failure of the lab itself, and becomes an internal error.
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
