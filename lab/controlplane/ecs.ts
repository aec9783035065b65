import { z } from "zod";
import type { ResourceRecord } from "../account/record";
import { parseRecord } from "../dataplane/elb";

/** Type tokens of the ECS resources that the control plane follows. */
export const ECS_TYPES = {
  service: "aws:ecs/service:Service",
  taskDefinition: "aws:ecs/taskDefinition:TaskDefinition",
} as const;

const container = z.object({
  name: z.string(),
  image: z.string(),
  essential: z.boolean().nullish(),
  command: z.array(z.string()).nullish(),
  portMappings: z.array(z.object({ containerPort: z.coerce.number() })).nullish(),
  environment: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
  stopTimeout: z.coerce.number().nullish(),
});

/** One container of a task definition, as its JSON has it. `stopTimeout` in seconds. */
export type ContainerDefinition = z.infer<typeof container>;

const taskDefinition = z.object({
  arn: z.string(),
  family: z.string(),
  revision: z.coerce.number(),
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
  launchType: z.string().nullish(),
  deploymentConfiguration: z.object({ strategy: z.string().nullish() }).nullish(),
  healthCheckGracePeriodSeconds: z.coerce
    .number()
    .nullish()
    .transform((seconds) => seconds ?? 0),
  loadBalancers: z
    .array(
      z.object({
        targetGroupArn: z.string().nullish(),
        containerName: z.string(),
        containerPort: z.coerce.number(),
      }),
    )
    .nullish()
    .transform((balancers) =>
      (balancers ?? []).flatMap(({ targetGroupArn, ...rest }) =>
        targetGroupArn ? [{ targetGroupArn, ...rest }] : [],
      ),
    ),
});

/** A service; `key` tells it from all others, `clusterName` is the last part of its cluster. */
export type Service = Omit<z.infer<typeof service>, "arn" | "cluster"> & {
  readonly key: string;
  readonly arn: string;
  readonly clusterName: string;
  /** Changes exactly when ECS would start a new deployment, not for a new desired count. */
  readonly deploymentFingerprint: string;
};

/** What the record asks for and the lab does not do, in words; empty for most services. */
export function notSimulated({ launchType, deploymentConfiguration }: Service): string[] {
  const strategy = deploymentConfiguration?.strategy ?? "ROLLING";
  return [
    ...(strategy === "ROLLING" ? [] : [`deploys rolling in the lab, not ${strategy}.`]),
    ...(launchType === "EC2"
      ? ["places tasks on this machine in the lab, as if the container instances had room."]
      : []),
  ];
}

/** @throws {Error} when the record is not what @pulumi/aws gives */
export function toService(record: ResourceRecord): Service {
  const { arn, cluster, ...rest } = parseRecord(service, record);
  const serviceArn = arn ?? record.id;
  return {
    ...rest,
    key: record.id,
    arn: serviceArn,
    clusterName: cluster?.split("/").at(-1) ?? "default",
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
      ].map((property) => record.outputs[property] ?? null),
    ),
  };
}

export const toTaskDefinition = (record: ResourceRecord): TaskDefinition =>
  parseRecord(taskDefinition, record);

/** `family:revision` of a task definition's ARN. */
export const familyAndRevision = (arn: string): string => arn.split("/").at(-1) ?? arn;
