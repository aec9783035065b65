import type { ecs } from "@pulumi/aws";
import { z } from "zod";

import { arn, inputsOf, tags, text, unsupported } from "../shared";
import { strategy } from "./capacityStrategy";
import { advancedConfiguration, deploymentConfiguration, deploymentController } from "./deployment";
import { ecsName } from "./lookups";
import { serviceConnectConfiguration } from "./serviceConnect";

const percent = z.int().min(0);

export const serviceInputs = inputsOf<ecs.ServiceArgs>()({
  alarms: z
    .strictObject({
      alarmNames: z.array(z.string()).min(1),
      enable: z.boolean(),
      rollback: z.boolean(),
    })
    .optional(),
  availabilityZoneRebalancing: z.enum(["ENABLED", "DISABLED"]).optional(),
  capacityProviderStrategies: strategy.optional(),
  cluster: text,
  deploymentCircuitBreaker: z
    .strictObject({ enable: z.boolean(), rollback: z.boolean() })
    .optional(),
  deploymentConfiguration,
  deploymentController,
  deploymentMaximumPercent: percent.default(200),
  deploymentMinimumHealthyPercent: percent.default(100),
  desiredCount: z.int().min(0).optional(),
  enableEcsManagedTags: z.boolean().default(false),
  enableExecuteCommand: z.boolean().default(false),
  forceDelete: z.boolean().optional(),
  forceNewDeployment: z.boolean().optional(),
  healthCheckGracePeriodSeconds: z.int().min(0).max(2_147_483_647).optional(),
  iamRole: text,
  launchType: z.enum(["EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES"]).optional(),
  loadBalancers: z
    .array(
      z.strictObject({
        advancedConfiguration,
        containerName: z.string(),
        containerPort: z.int().min(0).max(65_535),
        elbName: unsupported,
        targetGroupArn: arn,
      }),
    )
    .optional(),
  name: ecsName.optional(),
  networkConfiguration: z
    .strictObject({
      assignPublicIp: z.boolean().default(false),
      securityGroups: z.array(z.string()).max(5).optional(),
      subnets: z.array(z.string()).min(1).max(16),
    })
    .optional(),
  orderedPlacementStrategies: z
    .array(
      z
        .strictObject({ field: text, type: z.enum(["random", "spread", "binpack"]) })
        .superRefine(({ field, type }, context) => {
          const message = placementProblem(type, field);
          if (message !== undefined) context.addIssue({ code: "custom", message });
        }),
    )
    .max(5)
    .optional(),
  placementConstraints: z
    .array(
      z
        .strictObject({ expression: text, type: z.enum(["distinctInstance", "memberOf"]) })
        .refine(
          ({ expression, type }) => (type === "memberOf") === (expression !== undefined),
          "is required with memberOf and not allowed with distinctInstance",
        ),
    )
    .max(10)
    .optional(),
  platformVersion: text,
  propagateTags: z.enum(["SERVICE", "TASK_DEFINITION", "NONE"]).optional(),
  region: text,
  schedulingStrategy: z.enum(["REPLICA", "DAEMON"]).default("REPLICA"),
  serviceConnectConfiguration: serviceConnectConfiguration.optional(),
  serviceRegistries: unsupported,
  sigintRollback: z.boolean().optional(),
  tags,
  taskDefinition: text,
  triggers: z.record(z.string(), z.string()).optional(),
  volumeConfiguration: unsupported,
  vpcLatticeConfigurations: unsupported,
  waitForSteadyState: z.boolean().default(false),
});

export type ServiceInputs = z.output<typeof serviceInputs>;

/** Amazon ECS API Reference, "PlacementStrategy": the fields that each type allows. */
function placementProblem(type: string, field: string | undefined): string | undefined {
  switch (type) {
    case "random":
      return field === undefined ? undefined : "random takes no field";
    case "binpack":
      return field === "cpu" || field === "memory"
        ? undefined
        : "binpack needs field cpu or memory";
    default:
      return field !== undefined && /^(instanceId|host|attribute:.+)$/.test(field)
        ? undefined
        : "spread needs field instanceId, host or attribute:<name>";
  }
}
