import { z } from "zod";

import { parsedJson } from "../../../shared/parsedJson";
import { isObject } from "../../schema";

const texts = z.array(z.string());
const seconds = z.int().nonnegative();
/** API: "KeyValuePair". Both are optional. */
const keyValue = z.strictObject({ name: z.string().nullish(), value: z.string().nullish() });
const secret = z.strictObject({ name: z.string(), valueFrom: z.string() });

export const logConfiguration = z.strictObject({
  logDriver: z.enum([
    "awsfirelens",
    "awslogs",
    "fluentd",
    "gelf",
    "journald",
    "json-file",
    "splunk",
    "syslog",
  ]),
  options: z.record(z.string(), z.string()).optional(),
  secretOptions: z.array(secret).optional(),
});

const linuxParameters = z.strictObject({
  capabilities: z.strictObject({ add: texts.optional(), drop: texts.optional() }).optional(),
  devices: z
    .array(
      z.strictObject({
        hostPath: z.string(),
        containerPath: z.string().optional(),
        permissions: z.array(z.enum(["read", "write", "mknod"])).optional(),
      }),
    )
    .optional(),
  initProcessEnabled: z.boolean().optional(),
  maxSwap: z.int().optional(),
  sharedMemorySize: z.int().optional(),
  swappiness: z.int().optional(),
  tmpfs: z
    .array(
      z.strictObject({
        containerPath: z.string(),
        mountOptions: texts.optional(),
        size: z.int(),
      }),
    )
    .optional(),
});

const portMapping = z.strictObject({
  appProtocol: z.enum(["http", "http2", "grpc"]).optional(),
  containerPort: z.int().min(1).max(65_535).optional(),
  containerPortRange: z.string().optional(),
  hostPort: z.int().min(0).max(65_535).optional(),
  name: z
    .string()
    .regex(
      /^[a-z0-9_][a-z0-9_-]{0,63}$/,
      "may have up to 64 lower-case letters, digits, hyphens and underscores, a hyphen not first",
    )
    .optional(),
  protocol: z.enum(["tcp", "udp"]).optional(),
});

/** A container of a task definition (Amazon ECS API Reference, "ContainerDefinition"). */
export const container = z.strictObject({
  command: texts.optional(),
  cpu: z.int().nonnegative().optional(),
  credentialSpecs: texts.optional(),
  dependsOn: z
    .array(
      z.strictObject({
        condition: z.enum(["START", "COMPLETE", "SUCCESS", "HEALTHY"]),
        containerName: z.string(),
      }),
    )
    .optional(),
  disableNetworking: z.boolean().optional(),
  dnsSearchDomains: texts.optional(),
  dnsServers: texts.optional(),
  dockerLabels: z.record(z.string(), z.string()).optional(),
  dockerSecurityOptions: texts.optional(),
  entryPoint: texts.optional(),
  environment: z.array(keyValue).optional(),
  environmentFiles: z
    .array(z.strictObject({ type: z.literal("s3"), value: z.string() }))
    .optional(),
  essential: z.boolean().optional(),
  extraHosts: z.array(z.strictObject({ hostname: z.string(), ipAddress: z.string() })).optional(),
  firelensConfiguration: z
    .strictObject({
      options: z.record(z.string(), z.string()).optional(),
      type: z.enum(["fluentd", "fluentbit"]),
    })
    .optional(),
  healthCheck: z
    .strictObject({
      command: texts.min(1),
      interval: z.int().min(5).max(300).optional(),
      retries: z.int().min(1).max(10).optional(),
      startPeriod: z.int().min(0).max(300).optional(),
      timeout: z.int().min(2).max(120).optional(),
    })
    .optional(),
  hostname: z.string().optional(),
  image: z.string().min(1),
  interactive: z.boolean().optional(),
  links: texts.optional(),
  linuxParameters: linuxParameters.optional(),
  logConfiguration: logConfiguration.optional(),
  memory: z.int().min(4).optional(),
  memoryReservation: z.int().min(4).optional(),
  mountPoints: z
    .array(
      z.strictObject({
        containerPath: z.string().optional(),
        readOnly: z.boolean().optional(),
        sourceVolume: z.string().optional(),
      }),
    )
    .optional(),
  name: z
    .string()
    .regex(/^[\w-]{1,255}$/, "may have up to 255 letters, digits, hyphens and underscores"),
  portMappings: z.array(portMapping).optional(),
  privileged: z.boolean().optional(),
  pseudoTerminal: z.boolean().optional(),
  readonlyRootFilesystem: z.boolean().optional(),
  repositoryCredentials: z.strictObject({ credentialsParameter: z.string() }).optional(),
  resourceRequirements: z
    .array(z.strictObject({ type: z.enum(["GPU", "InferenceAccelerator"]), value: z.string() }))
    .optional(),
  restartPolicy: z
    .strictObject({
      enabled: z.boolean(),
      ignoredExitCodes: z.array(z.int()).optional(),
      restartAttemptPeriod: z.int().min(60).max(1800).optional(),
    })
    .optional(),
  secrets: z.array(secret).optional(),
  startTimeout: seconds.optional(),
  stopTimeout: seconds.optional(),
  systemControls: z
    .array(z.strictObject({ namespace: z.string().optional(), value: z.string().optional() }))
    .optional(),
  ulimits: z
    .array(z.strictObject({ hardLimit: z.int(), name: z.string(), softLimit: z.int() }))
    .optional(),
  user: z.string().optional(),
  versionConsistency: z.enum(["enabled", "disabled"]).optional(),
  volumesFrom: z
    .array(
      z.strictObject({
        readOnly: z.boolean().optional(),
        sourceContainer: z.string().optional(),
      }),
    )
    .optional(),
  workingDirectory: z.string().optional(),
});

export type Container = z.output<typeof container>;

const containers = z.array(container).min(1, "must have at least one container");

/**
 * All problems of the text of `containerDefinitions`, a sentence each.
 *
 * The real provider ignores unknown properties; here a misspelt one is an error.
 */
export function containerProblems(json: string): string[] {
  const value = parsedJson(json);
  if (value === undefined) return ["is not JSON"];
  const result = containers.safeParse(value);
  if (result.success) return [];
  return result.error.issues.flatMap((issue) => {
    const path = issue.path
      .map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`))
      .join("");
    if (issue.code !== "unrecognized_keys") return [`${path}: ${issue.message}`];
    return issue.keys.map((key) => `${path}.${key}: is not a property of a container`);
  });
}

/** Containers of a checked task definition. */
export function parseContainers(json: string): Container[] {
  return containers.parse(parsedJson(json));
}

/**
 * The canonical form of `containerDefinitions` in a task with this network mode: without defaults and empty values, and
 * independent of the order of containers, variables and secrets.
 */
export function meaningIn(json: unknown, networkMode: unknown): unknown {
  const list = typeof json === "string" ? parsedJson(json) : json;
  if (!Array.isArray(list)) return json;
  return list.map((value) => containerMeaning(value, networkMode)).sort(byText);
}

function containerMeaning(value: unknown, networkMode: unknown): unknown {
  if (!isObject(value)) return value;
  const meaning: Record<string, unknown> = {};
  for (const key of Object.keys(value).sort()) {
    const property = value[key];
    if (isDefault(key, property)) continue;
    meaning[key] = property;
  }
  if (Array.isArray(meaning.environment)) {
    meaning.environment = meaning.environment.map(withoutNulls).filter(isNotEmpty);
  }
  if (isObject(meaning.healthCheck)) {
    meaning.healthCheck = { ...HEALTH_CHECK_DEFAULTS, ...meaning.healthCheck };
  }
  for (const key of ["environment", "secrets"]) {
    if (Array.isArray(meaning[key])) meaning[key] = [...(meaning[key] as unknown[])].sort(byText);
  }
  if (Array.isArray(value.portMappings) && value.portMappings.length > 0) {
    meaning.portMappings = value.portMappings
      .map((mapping) => portMeaning(mapping, networkMode))
      .sort(byText);
  }
  return meaning;
}

function isDefault(key: string, value: unknown): boolean {
  if (value === null || (Array.isArray(value) && value.length === 0)) return true;
  return (key === "essential" && value === true) || (key === "cpu" && value === 0);
}

/** API: "HealthCheck"; in seconds. */
const HEALTH_CHECK_DEFAULTS = { interval: 30, retries: 3, timeout: 5 };

/** A null value means none, which the provider distinguishes from an empty one. */
function withoutNulls(variable: unknown): unknown {
  if (!isObject(variable)) return variable;
  return Object.fromEntries(Object.entries(variable).filter(([, value]) => value !== null));
}

/** The provider removes empty variables from the list (`compactArrays`). */
function isNotEmpty(variable: unknown): boolean {
  return !isObject(variable) || Object.keys(variable).length > 0;
}

/**
 * A host port that is absent or 0 equals the container's under awsvpc; under bridge it is chosen for each task (API:
 * "PortMapping"). The default protocol is tcp.
 *
 * Source: terraform-provider-aws, internal/service/ecs/container_definitions.go, `reduce`.
 */
function portMeaning(mapping: unknown, networkMode: unknown): unknown {
  if (!isObject(mapping)) return mapping;
  const given = mapping.hostPort === 0 ? undefined : mapping.hostPort;
  const hostPort = given ?? (networkMode === "awsvpc" ? mapping.containerPort : undefined);
  return { protocol: "tcp", ...mapping, hostPort };
}

function byText(one: unknown, other: unknown): number {
  const [a, b] = [sortedText(one), sortedText(other)];
  return a < b ? -1 : Number(a > b);
}

function sortedText(value: unknown): string {
  return JSON.stringify(isObject(value) ? Object.entries(value).sort() : value);
}
