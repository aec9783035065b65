import type { ecs } from "@pulumi/aws";
import { z } from "zod";

import { arn, inputsOf, tags, text, texts } from "../../shared";
import { ecsName } from "../lookups";

/** A list of one, as the provider represents the blocks of this type. */
const single = <Schema extends z.ZodType>(schema: Schema) => z.array(schema).max(1).optional();

const primaryContainer = z.strictObject({
  awsLogsConfigurations: single(
    z.strictObject({ logGroup: z.string().min(1), logStreamPrefix: z.string().min(1) }),
  ),
  commands: texts,
  containerPort: z.int().min(1).max(65_535).optional(),
  environments: z.array(z.strictObject({ name: z.string(), value: z.string() })).optional(),
  image: z.string().min(1),
  repositoryCredentials: z.strictObject({ credentialsParameter: arn }).optional(),
  secrets: z.array(z.strictObject({ name: z.string(), valueFrom: arn })).optional(),
});

/**
 * Inputs of CreateExpressGatewayService.
 *
 * Source: Amazon ECS API reference, "CreateExpressGatewayService"; terraform-provider-aws,
 * internal/service/ecs/express_gateway_service.go, `Schema`.
 */
export const expressInputs = inputsOf<ecs.ExpressGatewayServiceArgs>()({
  cluster: text,
  cpu: text,
  executionRoleArn: arn,
  healthCheckPath: z.string().startsWith("/", "must start with a slash").optional(),
  infrastructureRoleArn: arn,
  memory: text,
  networkConfigurations: single(z.strictObject({ securityGroups: texts, subnets: texts })),
  primaryContainer,
  region: text,
  scalingTargets: single(
    z.strictObject({
      autoScalingMetric: z
        .enum(["AVERAGE_CPU", "AVERAGE_MEMORY", "REQUEST_COUNT_PER_TARGET"])
        .optional(),
      autoScalingTargetValue: z.int().min(1).optional(),
      maxTaskCount: z.int().min(0).optional(),
      minTaskCount: z.int().min(0).optional(),
    }),
  ),
  serviceName: ecsName.optional(),
  tags,
  taskRoleArn: arn.optional(),
  timeouts: z.strictObject({ create: text, delete: text, update: text }).optional(),
  waitForSteadyState: z.boolean().default(false),
});

export type ExpressInputs = z.output<typeof expressInputs>;

/**
 * ECS's defaults.
 *
 * Source: Amazon ECS developer guide, "Resources created by Amazon ECS Express Mode services", except the path of the
 * health check, which is from the API reference, "CreateExpressGatewayService".
 */
const DEFAULTS = { cpu: "1024", memory: "2048", healthCheckPath: "/ping" };

/** An Express service's settings, including defaults. */
export interface ExpressSettings {
  readonly cpu: string;
  readonly memory: string;
  readonly healthCheckPath: string;
  readonly container: ExpressInputs["primaryContainer"] & { readonly containerPort: number };
  readonly scaling: {
    readonly autoScalingMetric: "AVERAGE_CPU" | "AVERAGE_MEMORY" | "REQUEST_COUNT_PER_TARGET";
    readonly autoScalingTargetValue: number;
    readonly maxTaskCount: number;
    readonly minTaskCount: number;
  };
}

/** An Express service's inputs with ECS's defaults. */
export function expressSettings(inputs: ExpressInputs): ExpressSettings {
  const [scaling] = inputs.scalingTargets ?? [];
  return {
    cpu: inputs.cpu ?? DEFAULTS.cpu,
    memory: inputs.memory ?? DEFAULTS.memory,
    healthCheckPath: inputs.healthCheckPath ?? DEFAULTS.healthCheckPath,
    container: {
      ...inputs.primaryContainer,
      containerPort: inputs.primaryContainer.containerPort ?? 80,
    },
    scaling: {
      autoScalingMetric: scaling?.autoScalingMetric ?? "AVERAGE_CPU",
      autoScalingTargetValue: scaling?.autoScalingTargetValue ?? 60,
      maxTaskCount: scaling?.maxTaskCount ?? 20,
      minTaskCount: scaling?.minTaskCount ?? 1,
    },
  };
}
