import { choiceProblem, rangeProblem } from "../shared/problems";

/** The protocol version with which a load balancer connects to targets. */
export const ProtocolVersion = { Http1: "HTTP1", Http2: "HTTP2", Grpc: "GRPC" } as const;
export type ProtocolVersion = (typeof ProtocolVersion)[keyof typeof ProtocolVersion];

/** How a load balancer checks that a task is healthy. */
export interface TargetHealthCheck {
  /**
   * The path to request, beginning with `/`; with gRPC a method, `/package.service/method`.
   * @default `healthCheckPath`
   * @throws if it is not such a path, or `healthCheckPath` is also given
   */
  path?: string;
  /**
   * The status codes that count as healthy: codes and ranges, separated by commas, such as `200` or `200-299,301`,
   * from 200 to 499; with gRPC from 0 to 99.
   * @default "200"; with gRPC "12", UNIMPLEMENTED, for a service without a method of that name
   * @throws if it has another form
   */
  matcher?: string;
  /**
   * Seconds between two checks, 5 to 300 and more than `timeout`.
   * @default 10
   * @throws outside the range
   */
  interval?: number;
  /**
   * Timeout of a check in seconds, 2 to 120.
   * @default 5
   * @throws outside the range
   */
  timeout?: number;
  /**
   * Number of successful checks until a task is healthy, 2 to 10.
   * @default 2
   * @throws outside the range
   */
  healthyThreshold?: number;
  /**
   * Number of failed checks until a task is unhealthy, 2 to 10.
   * @default 3
   * @throws outside the range
   */
  unhealthyThreshold?: number;
}

/** A service's own target group. */
export interface TargetGroupSettings {
  /**
   * HTTP1, HTTP2 or GRPC. The latter two only on an HTTPS listener. A change replaces the target group.
   * @default "HTTP1"
   */
  protocolVersion?: ProtocolVersion;
  /**
   * Seconds that requests have to finish before their task stops, 0 to 3600.
   * @default 15
   * @throws outside the range
   */
  deregistrationDelay?: number;
  /**
   * Seconds in which a new task's share of the requests grows, 30 to 900, or 0 for its full share at once.
   * @default 0
   * @throws outside the range
   */
  slowStart?: number;
  /**
   * How the load balancer checks the tasks.
   * @default `healthCheckPath` every 10 seconds
   */
  healthCheck?: TargetHealthCheck;
}

/**
 * Fills in the defaults.
 *
 * Source: Elastic Load Balancing API reference, "CreateTargetGroup", `HealthCheckPath`, `Matcher`.
 */
export function targetGroupSettings(
  { protocolVersion = "HTTP1", ...args }: TargetGroupSettings,
  healthCheckPath: string | undefined,
) {
  const isGrpc = protocolVersion === "GRPC";
  const { healthCheck = {} } = args;
  return {
    protocolVersion,
    deregistrationDelay: args.deregistrationDelay ?? 15,
    slowStart: args.slowStart ?? 0,
    healthCheck: {
      path: healthCheck.path ?? healthCheckPath ?? (isGrpc ? "/AWS.ALB/healthcheck" : "/"),
      matcher: healthCheck.matcher ?? (isGrpc ? "12" : "200"),
      interval: healthCheck.interval ?? 10,
      timeout: healthCheck.timeout ?? 5,
      healthyThreshold: healthCheck.healthyThreshold ?? 2,
      unhealthyThreshold: healthCheck.unhealthyThreshold ?? 3,
    },
  };
}

/**
 * Says what is wrong with a service's own target group, a sentence for each fault.
 *
 * Source: Elastic Load Balancing API reference, "CreateTargetGroup", "Matcher", "TargetGroupAttribute".
 */
export function targetGroupProblems(
  args: TargetGroupSettings,
  healthCheckPath: string | undefined,
): (string | undefined)[] {
  const { protocolVersion, deregistrationDelay, slowStart, healthCheck } = targetGroupSettings(
    args,
    healthCheckPath,
  );
  const isGrpc = protocolVersion === "GRPC";
  const { path, matcher, interval, timeout, healthyThreshold, unhealthyThreshold } = healthCheck;
  const key = "targetGroup.healthCheck";
  return [
    choiceProblem("targetGroup.protocolVersion", protocolVersion, Object.values(ProtocolVersion)),
    rangeProblem("targetGroup.deregistrationDelay", deregistrationDelay, 0, 3600),
    slowStart === 0 ? undefined : rangeProblem("targetGroup.slowStart", slowStart, 30, 900),
    args.healthCheck?.path !== undefined && healthCheckPath !== undefined
      ? `${key}.path and healthCheckPath are the same argument; give one`
      : undefined,
    pathProblem(healthCheckPath === undefined ? `${key}.path` : "healthCheckPath", path, isGrpc),
    matcherProblem(`${key}.matcher`, matcher, isGrpc),
    rangeProblem(`${key}.timeout`, timeout, 2, 120),
    rangeProblem(`${key}.interval`, interval, 5, 300) ??
      (interval > timeout
        ? undefined
        : `${key}.interval ${interval} must be more than the timeout, ${timeout}`),
    rangeProblem(`${key}.healthyThreshold`, healthyThreshold, 2, 10),
    rangeProblem(`${key}.unhealthyThreshold`, unhealthyThreshold, 2, 10),
  ];
}

/** Source: Elastic Load Balancing API reference, "CreateTargetGroup", `HealthCheckPath`. */
function pathProblem(key: string, path: string, isGrpc: boolean): string | undefined {
  if (!path.startsWith("/") || path.length > 1024) {
    return `${key} "${path}" must start with / and have at most 1024 characters`;
  }
  return !isGrpc || /^\/[^/]+\/[^/]+$/.test(path)
    ? undefined
    : `${key} "${path}" must be a method with gRPC: /package.service/method`;
}

function matcherProblem(key: string, matcher: string, isGrpc: boolean): string | undefined {
  const [least, most, kind] = isGrpc ? [0, 99, "gRPC"] : [200, 499, "HTTP"];
  const isForm = /^\d{1,3}(-\d{1,3})?(,\d{1,3}(-\d{1,3})?)*$/.test(matcher);
  const codes = matcher.split(/[-,]/).map(Number);
  const isUpwards = matcher.split(",").every((range) => {
    const [from = 0, to = from] = range.split("-").map(Number);
    return from <= to;
  });
  return isForm && isUpwards && codes.every((code) => code >= least && code <= most)
    ? undefined
    : `${key} "${matcher}" must be ${kind} codes from ${least} to ${most}, e.g. ${isGrpc ? "0-99" : "200-299,301"}`;
}
