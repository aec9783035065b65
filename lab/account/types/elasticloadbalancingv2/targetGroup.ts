import type { lb } from "@pulumi/aws";
import { z } from "zod";

import { AwsError } from "../../errors";
import { checkQuota } from "../../quotas";
import { resourceType, type InputRule } from "../../resourceType";
import { VPC } from "../ec2/tokens";
import {
  exclusive,
  inputsOf,
  inRegion,
  mustExist,
  nameOf,
  prefixOf,
  tags,
  text,
  unsupported,
} from "../shared";
import { elbName, elbNamePrefix, port } from "./inputs";
import { balancersOf, mustHaveFreeName } from "./lookups";
import { TARGET_GROUP } from "./tokens";

/** The provider requires these for every target group except those of Lambda functions. */
function requiredUnlessLambda(key: string): InputRule {
  return {
    keys: [key, "targetType"],
    check: (inputs) =>
      inputs[key] === undefined
        ? `is required when targetType is ${String(inputs.targetType)}`
        : undefined,
  };
}

const healthCheck = z.strictObject({
  enabled: z.boolean().default(true),
  healthyThreshold: z.int().min(2).max(10).default(3),
  interval: z.int().min(5).max(300).default(30),
  matcher: z
    .string()
    .regex(/^\d{1,3}([-,]\d{1,3})*$/, "must be codes, e.g. 200 or 200-299, for gRPC 0 or 0-99")
    .optional(),
  path: z.string().max(1024).startsWith("/", "must start with a slash").optional(),
  port: z
    .string()
    .refine(
      (value) =>
        value === "traffic-port" || (/^\d+$/.test(value) && port.safeParse(Number(value)).success),
      "must be traffic-port or a port from 1 to 65535",
    )
    .default("traffic-port"),
  protocol: z.enum(["HTTP", "HTTPS"]).default("HTTP"),
  timeout: z.int().min(2).max(120).optional(),
  unhealthyThreshold: z.int().min(2).max(10).default(3),
});

/** API_CreateTargetGroup, for HTTP; with a health check, the provider's own thresholds apply. */
const DEFAULT_HEALTH_CHECK = {
  enabled: true,
  healthyThreshold: 5,
  interval: 30,
  matcher: "200",
  path: "/",
  port: "traffic-port",
  protocol: "HTTP",
  timeout: 5,
  unhealthyThreshold: 2,
};

/** API_Matcher and API_CreateTargetGroup, for gRPC. */
const DEFAULT_GRPC_CHECK = {
  ...DEFAULT_HEALTH_CHECK,
  matcher: "12",
  path: "/AWS.ALB/healthcheck",
};

function defaultCheck({ protocolVersion }: { readonly protocolVersion?: string | undefined }) {
  return protocolVersion === "GRPC" ? DEFAULT_GRPC_CHECK : DEFAULT_HEALTH_CHECK;
}

/** Checks success codes as ELB does (API_Matcher): 0 to 99 for gRPC, 200 to 499 for HTTP. */
function checkMatcher(matcher: string, protocolVersion: string | undefined): void {
  const [least, most, kind] = protocolVersion === "GRPC" ? [0, 99, "GRPC"] : [200, 499, "HTTP"];
  const wrong = matcher.split(/[-,]/).find((code) => Number(code) < least || Number(code) > most);
  if (wrong === undefined) return;
  throw new AwsError(
    "ValidationError",
    `Health check matcher ${kind} code '${wrong}' must be within '${least}-${most}' inclusive`,
  );
}

export const targetGroup = resourceType({
  token: TARGET_GROUP,
  aliases: ["aws:alb/targetGroup:TargetGroup"],
  inputs: inputsOf<lb.TargetGroupArgs>()({
    connectionTermination: unsupported,
    deregistrationDelay: z.int().min(0).max(3600).default(300),
    healthCheck: healthCheck.optional(),
    ipAddressType: z.literal("ipv4", { error: "must be ipv4 in the offline account" }).optional(),
    lambdaMultiValueHeadersEnabled: z.boolean().default(false),
    loadBalancingAlgorithmType: z
      .enum(["round_robin", "least_outstanding_requests", "weighted_random"])
      .optional(),
    loadBalancingAnomalyMitigation: z.enum(["on", "off"]).optional(),
    loadBalancingCrossZoneEnabled: z
      .enum(["true", "false", "use_load_balancer_configuration"])
      .optional(),
    name: elbName.optional(),
    namePrefix: elbNamePrefix.optional(),
    port: port.optional(),
    preserveClientIp: unsupported,
    protocol: z
      .enum(["HTTP", "HTTPS"], { error: "must be HTTP or HTTPS in the offline account" })
      .optional(),
    protocolVersion: z.enum(["HTTP1", "HTTP2", "GRPC"]).optional(),
    proxyProtocolV2: z.boolean().default(false),
    region: text,
    slowStart: z
      .int()
      .refine(
        (seconds) => seconds === 0 || (seconds >= 30 && seconds <= 900),
        "must be 0 or from 30 to 900",
      )
      .default(0),
    stickiness: z
      .strictObject({
        cookieDuration: z.int().min(1).max(604_800).default(86_400),
        cookieName: text,
        enabled: z.boolean().default(true),
        type: z.enum(["lb_cookie", "app_cookie"]),
      })
      .optional(),
    tags,
    targetControlPort: unsupported,
    targetFailovers: unsupported,
    targetGroupHealth: unsupported,
    targetHealthStates: unsupported,
    targetType: z
      .enum(["instance", "ip"], { error: "must be instance or ip in the offline account" })
      .default("instance"),
    vpcId: text,
  }),
  autoNameMaxLength: 32,
  immutable: [
    "ipAddressType",
    "name",
    "namePrefix",
    "port",
    "protocol",
    "protocolVersion",
    "region",
    "targetType",
    "vpcId",
  ],
  computed: [
    "arn",
    "arnSuffix",
    "connectionTermination",
    "healthCheck",
    "ipAddressType",
    "loadBalancerArns",
    "loadBalancingAlgorithmType",
    "loadBalancingAnomalyMitigation",
    "loadBalancingCrossZoneEnabled",
    "name",
    "namePrefix",
    "preserveClientIp",
    "protocolVersion",
    "stickiness",
    "targetFailovers",
    "targetGroupHealth",
    "targetHealthStates",
  ],
  rules: [
    exclusive("name", "namePrefix"),
    requiredUnlessLambda("port"),
    requiredUnlessLambda("protocol"),
    requiredUnlessLambda("vpcId"),
  ],
  validate(context, inputs, before) {
    const { vpcId = "", healthCheck: check } = inputs;
    mustExist(context, VPC, vpcId, "ValidationError", `The VPC ID '${vpcId}' is not found`);
    if (!before) {
      checkQuota("targetGroups", inRegion(context, TARGET_GROUP).length, context.quotas);
    }
    mustHaveFreeName(context, TARGET_GROUP, inputs.name, before);
    if (check?.matcher !== undefined) checkMatcher(check.matcher, inputs.protocolVersion);
    const timeout = check?.timeout ?? DEFAULT_HEALTH_CHECK.timeout;
    if (check && timeout >= check.interval) {
      throw new AwsError(
        "ValidationError",
        `Health check interval must be greater than the timeout ` +
          `(${check.interval} and ${timeout} seconds)`,
      );
    }
  },
  create(context, inputs) {
    const name = nameOf(context, inputs);
    const suffix = `targetgroup/${name}/${context.hex("id", 16)}`;
    const targetGroupArn = context.arn("elasticloadbalancing", suffix);
    return {
      id: targetGroupArn,
      outputs: {
        arn: targetGroupArn,
        arnSuffix: suffix,
        connectionTermination: false,
        healthCheck: defaultCheck(inputs),
        ipAddressType: "ipv4",
        loadBalancerArns: [],
        loadBalancingAlgorithmType: "round_robin",
        loadBalancingAnomalyMitigation: "off",
        loadBalancingCrossZoneEnabled: "use_load_balancer_configuration",
        name,
        ...prefixOf(inputs.namePrefix),
        preserveClientIp: "",
        protocolVersion: "HTTP1",
        stickiness: { cookieDuration: 86_400, cookieName: "", enabled: false, type: "lb_cookie" },
        targetFailovers: [],
        targetGroupHealth: {
          dnsFailover: {
            minimumHealthyTargetsCount: "1",
            minimumHealthyTargetsPercentage: "off",
          },
          unhealthyStateRouting: {
            minimumHealthyTargetsCount: 1,
            minimumHealthyTargetsPercentage: "off",
          },
        },
        targetHealthStates: [],
      },
    };
  },
  complete: ({ healthCheck: check, protocolVersion, stickiness }) => ({
    ...(check && { healthCheck: { ...defaultCheck({ protocolVersion }), ...check } }),
    ...(stickiness && { stickiness: { cookieName: "", ...stickiness } }),
  }),
  beforeDelete(context, record) {
    if (balancersOf(context, record.id).length > 0) {
      throw new AwsError(
        "ResourceInUse",
        `Target group '${record.id}' is currently in use by a listener or a rule`,
      );
    }
  },
});
