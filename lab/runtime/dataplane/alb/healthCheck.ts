import { request as httpRequest, type Agent } from "node:http";
import type { HealthCheck } from "./elb";

/** Why a health check failed: AWS's reason code, and in words. */
export interface ProbeFailure {
  readonly reason: string;
  readonly description: string;
}

/** Asks once; resolves to undefined when the answer is as it should be. The port is always the task's own: the lab publishes no other. */
export function probe(address: string, check: HealthCheck): Promise<ProbeFailure | undefined> {
  const failed = {
    reason: "Target.FailedHealthChecks",
    description: "Health checks failed",
  };
  return new Promise((resolve) => {
    const agent: Agent | false = false; // each check on a connection of its own, as AWS does
    const request = httpRequest(
      `http://${address}${check.path}`,
      { agent, headers: { "User-Agent": "ELB-HealthChecker/2.0" } },
      (response) => {
        response.resume();
        const code = response.statusCode ?? 0;
        resolve(
          matchesCode(check.matcher, code)
            ? undefined
            : {
                reason: "Target.ResponseCodeMismatch",
                description: `Health checks failed with these codes: [${code}]`,
              },
        );
      },
    );
    const timer = setTimeout(() => {
      resolve({ reason: "Target.Timeout", description: "Request timed out" });
      request.destroy();
    }, check.timeoutSeconds * 1000);
    request.once("error", () => {
      resolve(failed);
    });
    request.once("close", () => {
      clearTimeout(timer);
      resolve(failed);
    });
    request.end();
  });
}

/** Whether a status code is among `200`, `200,202` or `200-299` (or a mix of both forms). */
export function matchesCode(matcher: string, code: number): boolean {
  return matcher.split(",").some((part) => {
    const [from = NaN, to = from] = part.split("-").map(Number);
    return from <= code && code <= to;
  });
}
