import type { ecs } from "@pulumi/aws";
import { z } from "zod";

import { arn, inputsOf, tags, text, unsupported } from "../shared";
import { containerProblems } from "./containers";
import { ecsName } from "./lookups";

/**
 * An EFS file system as a volume; whether it exists is only checked when a task starts (API: "EFSVolumeConfiguration").
 */
const efsVolume = z.strictObject({
  authorizationConfig: z
    .strictObject({ accessPointId: text, iam: z.enum(["ENABLED", "DISABLED"]).optional() })
    .optional(),
  fileSystemId: z.string().regex(/^fs-[0-9a-f]{8,40}$/, "is not the ID of a file system"),
  rootDirectory: z.string().default("/"),
  transitEncryption: z.enum(["ENABLED", "DISABLED"]).optional(),
  transitEncryptionPort: z.int().min(0).max(65_535).optional(),
});

export const taskDefinitionInputs = inputsOf<ecs.TaskDefinitionArgs>()({
  containerDefinitions: z.string().superRefine((json, context) => {
    for (const message of containerProblems(json)) context.addIssue({ code: "custom", message });
  }),
  cpu: text,
  enableFaultInjection: z.boolean().optional(),
  ephemeralStorage: z.strictObject({ sizeInGib: z.int().min(21).max(200) }).optional(),
  executionRoleArn: arn.optional(),
  family: ecsName,
  ipcMode: z.enum(["host", "none", "task"]).optional(),
  memory: text,
  networkMode: z.enum(["awsvpc", "bridge", "host", "none"]).optional(),
  pidMode: z.enum(["host", "task"]).optional(),
  placementConstraints: z
    .array(z.strictObject({ expression: text, type: z.literal("memberOf") }))
    .max(10)
    .optional(),
  proxyConfiguration: unsupported,
  region: text,
  requiresCompatibilities: z
    .array(z.enum(["EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES"]))
    .optional(),
  runtimePlatform: z
    .strictObject({
      cpuArchitecture: z.enum(["X86_64", "ARM64"]).optional(),
      operatingSystemFamily: z
        .enum([
          "LINUX",
          "WINDOWS_SERVER_2019_CORE",
          "WINDOWS_SERVER_2019_FULL",
          "WINDOWS_SERVER_2022_CORE",
          "WINDOWS_SERVER_2022_FULL",
        ])
        .optional(),
    })
    .optional(),
  skipDestroy: z.boolean().default(false),
  tags,
  taskRoleArn: arn.optional(),
  trackLatest: z.boolean().default(false),
  volumes: z
    .array(
      z.strictObject({
        configureAtLaunch: z.boolean().optional(),
        dockerVolumeConfiguration: unsupported,
        efsVolumeConfiguration: efsVolume.optional(),
        fsxWindowsFileServerVolumeConfiguration: unsupported,
        hostPath: text,
        name: z.string(),
        s3filesVolumeConfiguration: unsupported,
      }),
    )
    .optional(),
});

export type TaskDefinitionInputs = z.output<typeof taskDefinitionInputs>;
