import { request as httpRequest, type Agent } from "node:http";
import { connect, constants, type IncomingHttpHeaders } from "node:http2";
import type { HealthCheck } from "./elb";

/** Why a health check failed: AWS's reason code and description. */
export interface ProbeFailure {
  readonly reason: string;
  readonly description: string;
}

const FAILED: ProbeFailure = {
  reason: "Target.FailedHealthChecks",
  description: "Health checks failed",
};

const USER_AGENT = "ELB-HealthChecker/2.0";

/** A gRPC message without content: not compressed, and of length 0. */
const EMPTY_MESSAGE = Buffer.alloc(5);

/** One check of a target; call `settle` with the status code, or without one if there is none. */
interface Question {
  readonly address: string;
  readonly path: string;
  readonly settle: (code: number | undefined) => void;
}

/**
 * Checks once, in the group's protocol; resolves to undefined if it passes. The port is always the task's own, since
 * the lab publishes no other.
 *
 * @param protocolVersion `HTTP1`, `HTTP2` or `GRPC`
 */
export function probe(
  address: string,
  check: HealthCheck,
  protocolVersion: string,
): Promise<ProbeFailure | undefined> {
  return new Promise((resolve) => {
    const question: Question = {
      address,
      path: check.path,
      settle: (code) => {
        clearTimeout(timer);
        resolve(code === undefined ? FAILED : judge(check.matcher, code));
      },
    };
    const giveUp =
      protocolVersion === "HTTP1"
        ? askHttp1(question)
        : askHttp2(question, protocolVersion === "GRPC");
    const timer = setTimeout(() => {
      resolve({ reason: "Target.Timeout", description: "Request timed out" });
      giveUp();
    }, check.timeoutSeconds * 1000);
  });
}

function judge(matcher: string, code: number): ProbeFailure | undefined {
  if (matchesCode(matcher, code)) return undefined;
  return {
    reason: "Target.ResponseCodeMismatch",
    description: `Health checks failed with these codes: [${code}]`,
  };
}

/** @returns a function that gives up */
function askHttp1({ address, path, settle }: Question): () => void {
  const agent: Agent | false = false; // each check on a connection of its own, as AWS does
  const request = httpRequest(
    `http://${address}${path}`,
    { agent, headers: { "User-Agent": USER_AGENT } },
    (response) => {
      response.resume();
      settle(response.statusCode ?? 0);
    },
  );
  request.once("error", () => {
    settle(undefined);
  });
  request.once("close", () => {
    settle(undefined);
  });
  request.end();
  return () => request.destroy();
}

/**
 * The same over HTTP/2 without TLS. For gRPC, calls the method that the path names; the code is the call's status, from
 * the trailers, or from the headers if there is no body.
 *
 * Source: gRPC over HTTP2, "Responses"; ELB user guide, "Health checks for Application Load Balancer target groups".
 */
function askHttp2({ address, path, settle }: Question, isGrpc: boolean): () => void {
  const session = connect(`http://${address}`);
  const stream = session.request({
    [constants.HTTP2_HEADER_METHOD]: isGrpc ? "POST" : "GET",
    [constants.HTTP2_HEADER_PATH]: path,
    [constants.HTTP2_HEADER_USER_AGENT]: USER_AGENT,
    ...(isGrpc && { "content-type": "application/grpc", te: "trailers" }),
  });
  const note = (status: unknown): void => {
    if (status !== undefined) settle(Number(status));
  };
  stream.once("response", (headers) => {
    note(isGrpc ? headers["grpc-status"] : headers[constants.HTTP2_HEADER_STATUS]);
  });
  if (isGrpc) {
    stream.once("trailers", (trailers: IncomingHttpHeaders) => {
      note(trailers["grpc-status"]);
    });
  }
  for (const one of [session, stream]) {
    one.once("error", () => {
      settle(undefined);
    });
  }
  stream.once("close", () => {
    settle(undefined);
    session.destroy();
  });
  stream.resume();
  stream.end(isGrpc ? EMPTY_MESSAGE : undefined);
  return () => {
    session.destroy();
  };
}

/** Whether a status code matches `200`, `200,202` or `200-299` (or a mix of both forms). */
function matchesCode(matcher: string, code: number): boolean {
  return matcher.split(",").some((part) => {
    const [from = NaN, to = from] = part.split("-").map(Number);
    return from <= code && code <= to;
  });
}
