import { z } from "zod";
import type { ResourceRecord } from "../../../account/record";
import { lastPart } from "../../../shared/lastPart";
import { parseRecord } from "../../dataplane/alb/elb";
import { capacityProviderStrategy } from "../ec2/capacityRecords";
import { placementNotSimulated, type Resources } from "./placement";

/** Type tokens of the ECS resources that the control plane follows. */
export const ECS_TYPES = {
  service: "aws:ecs/service:Service",
  taskDefinition: "aws:ecs/taskDefinition:TaskDefinition",
} as const;

/** CPU units or MiB: a number, or a text as `256`, `1 vCPU`, `0.5 GB`. */
const units = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => {
    const [, amount, unit] = /^([\d.]+) *(vcpu|gb)?$/i.exec(String(value ?? "")) ?? [];
    return amount === undefined ? undefined : Number(amount) * (unit === undefined ? 1 : 1024);
  });

const orElse = (otherwise: number) =>
  z.coerce
    .number()
    .nullish()
    .transform((value) => value ?? otherwise);

/** API: "HealthCheck"; times in seconds. */
const containerHealthCheck = z.object({
  command: z.array(z.string()),
  interval: orElse(30),
  timeout: orElse(5),
  retries: orElse(3),
  startPeriod: orElse(0),
});

/** A container's health check. */
export type ContainerHealthCheck = z.infer<typeof containerHealthCheck>;

const container = z.object({
  name: z.string(),
  image: z.string(),
  essential: z.boolean().nullish(),
  command: z.array(z.string()).nullish(),
  entryPoint: z.array(z.string()).nullish(),
  dependsOn: z
    .array(
      z.object({
        containerName: z.string(),
        condition: z.enum(["START", "COMPLETE", "SUCCESS", "HEALTHY"]),
      }),
    )
    .nullish()
    .transform((dependencies) => dependencies ?? []),
  healthCheck: containerHealthCheck.nullish(),
  startTimeout: z.coerce.number().nullish(),
  logConfiguration: z
    .object({ logDriver: z.string(), options: z.record(z.string(), z.string()).nullish() })
    .nullish(),
  portMappings: z
    .array(
      z.object({
        containerPort: z.coerce.number(),
        name: z.string().optional(),
        appProtocol: z.string().optional(),
      }),
    )
    .nullish(),
  environment: z
    .array(z.object({ name: z.string().nullish(), value: z.string().nullish() }))
    .nullish()
    // Docker gets `NAME=`; entries without a name cannot be set.
    .transform((variables) =>
      variables?.flatMap(({ name, value }) => (name ? [{ name, value: value ?? "" }] : [])),
    ),
  secrets: z.array(z.object({ name: z.string(), valueFrom: z.string() })).nullish(),
  stopTimeout: z.coerce.number().nullish(),
  cpu: units,
  memory: units,
  memoryReservation: units,
});

/** One container of a task definition, as in its JSON. `startTimeout` and `stopTimeout` in seconds. */
export type ContainerDefinition = z.infer<typeof container>;

const taskDefinition = z.object({
  arn: z.string(),
  family: z.string(),
  revision: z.coerce.number(),
  networkMode: z.string().nullish(),
  runtimePlatform: z.object({ cpuArchitecture: z.string().nullish() }).nullish(),
  cpu: units,
  memory: units,
  containerDefinitions: z
    .string()
    .transform((json, context) => {
      try {
        return JSON.parse(json) as unknown;
      } catch {
        context.addIssue({ code: "custom", message: "containerDefinitions is not JSON" });
        return z.NEVER;
      }
    })
    .pipe(z.array(container)),
});

/** A revision of a task definition. */
export type TaskDefinition = z.infer<typeof taskDefinition>;

/**
 * What a task reserves on its instance: the task's own sizes, else the sum of its containers' sizes. Source: ECS
 * developer guide, "Amazon ECS task definition parameters for Amazon EC2".
 */
export function taskSize(definition: TaskDefinition): Resources {
  const { cpu, memory, networkMode, containerDefinitions: containers } = definition;
  const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
  return {
    cpu: cpu ?? sum(containers.map((one) => one.cpu ?? 0)),
    memory: memory ?? sum(containers.map((one) => one.memoryReservation ?? one.memory ?? 0)),
    interfaces: networkMode === "awsvpc" ? 1 : 0,
  };
}

const text = z.string().nullish();
/** Comes as text. */
const minutes = z.coerce.number().nullish();

const service = z.object({
  arn: z.string().nullish(),
  name: z.string(),
  cluster: z.string().nullish(),
  taskDefinition: z.string(),
  desiredCount: z.coerce
    .number()
    .nullish()
    .transform((count) => count ?? 1),
  schedulingStrategy: z
    .string()
    .nullish()
    .transform((strategy) => strategy ?? "REPLICA"),
  deploymentMinimumHealthyPercent: z.coerce
    .number()
    .nullish()
    .transform((percent) => percent ?? 100),
  deploymentMaximumPercent: z.coerce
    .number()
    .nullish()
    .transform((percent) => percent ?? 200),
  deploymentCircuitBreaker: z
    .object({ enable: z.boolean(), rollback: z.boolean() })
    .nullish()
    .transform((breaker) => breaker ?? { enable: false, rollback: false }),
  capacityProviderStrategies: capacityProviderStrategy,
  orderedPlacementStrategies: z
    .array(z.object({ type: z.string(), field: text }))
    .nullish()
    .transform((strategies) => strategies ?? []),
  networkConfiguration: z
    .object({ subnets: z.array(z.string()).nullish() })
    .nullish()
    .transform((network) => network?.subnets ?? []),
  placementConstraints: z
    .array(z.object({ type: z.string(), expression: text }))
    .nullish()
    .transform((constraints) => constraints ?? []),
  deploymentConfiguration: z
    .object({
      strategy: z.string().nullish(),
      bakeTimeInMinutes: minutes,
      linearConfiguration: z
        .object({ stepPercent: z.number().nullish(), stepBakeTimeInMinutes: minutes })
        .nullish(),
      canaryConfiguration: z
        .object({ canaryPercent: z.number().nullish(), canaryBakeTimeInMinutes: minutes })
        .nullish(),
    })
    .nullish(),
  deploymentController: z.object({ type: z.string().nullish() }).nullish(),
  alarms: z
    .object({ alarmNames: z.array(z.string()), enable: z.boolean(), rollback: z.boolean() })
    .nullish(),
  healthCheckGracePeriodSeconds: z.coerce
    .number()
    .nullish()
    .transform((seconds) => seconds ?? 0),
  serviceConnectConfiguration: z
    .object({
      enabled: z.boolean(),
      namespace: z.string().optional(),
      services: z
        .array(
          z.object({
            portName: z.string(),
            discoveryName: z.string().optional(),
            clientAlias: z
              .array(z.object({ dnsName: z.string().optional(), port: z.coerce.number() }))
              .optional(),
          }),
        )
        .optional(),
    })
    .nullish(),
  loadBalancers: z
    .array(
      z.object({
        targetGroupArn: z.string().nullish(),
        containerName: z.string(),
        containerPort: z.coerce.number(),
        advancedConfiguration: z
          .object({
            alternateTargetGroupArn: z.string(),
            productionListenerRule: z.string(),
            testListenerRule: text,
          })
          .nullish(),
      }),
    )
    .nullish()
    .transform((balancers) =>
      (balancers ?? []).flatMap(({ targetGroupArn, ...rest }) =>
        targetGroupArn ? [{ targetGroupArn, ...rest }] : [],
      ),
    ),
});

/** A service; `key` identifies it, `clusterName` is the last part of its cluster. */
export type Service = Omit<z.infer<typeof service>, "arn" | "cluster"> & {
  readonly key: string;
  readonly arn: string;
  readonly clusterName: string;
  /** Absent if it has a capacity provider strategy, or neither. */
  readonly launchType?: "FARGATE" | "EC2";
  /** Changes exactly when ECS would start a new deployment, so not with the desired count. */
  readonly deploymentFingerprint: string;
};

/** Properties of the record that the lab does not simulate, in words; empty for most services. */
export function notSimulated({ placementConstraints }: Service): string[] {
  return placementNotSimulated(placementConstraints);
}

/** @throws {Error} if the record does not have @pulumi/aws's format */
export function toService(record: ResourceRecord): Service {
  const { arn, cluster, ...rest } = parseRecord(service, record);
  const serviceArn = arn ?? record.id;
  return {
    ...rest,
    key: record.id,
    arn: serviceArn,
    clusterName: lastPart(cluster ?? "default"),
    ...launchTypeOf(record),
    deploymentFingerprint: JSON.stringify(
      [
        "taskDefinition",
        "loadBalancers",
        "networkConfiguration",
        "launchType",
        "capacityProviderStrategies",
        "platformVersion",
        "serviceConnectConfiguration",
        "triggers",
        "forcedDeployments",
      ].map((property) => record.outputs[property] ?? null),
    ),
  };
}

/** Read from the inputs: without one, AWS's output is EC2, even if the cluster's default strategy applies. */
function launchTypeOf({ inputs, outputs }: ResourceRecord): Pick<Service, "launchType"> {
  // A strategy that was set later replaces it.
  const launchType = outputs.launchType === "" ? undefined : inputs.launchType;
  return launchType === "FARGATE" || launchType === "EC2" ? { launchType } : {};
}

export const toTaskDefinition = (record: ResourceRecord): TaskDefinition =>
  parseRecord(taskDefinition, record);

/** `family:revision` of a task definition's ARN. */
export const familyAndRevision = (arn: string): string => lastPart(arn);
