import type { codebuild } from "@pulumi/aws";
import { z } from "zod";

import { AwsError } from "../errors";
import { resourceType } from "../resourceType";
import { isAssumableBy } from "./iam";
import { arn, flag, inputsOf, tags, text, unsupported } from "./shared";

const PROJECT = "aws:codebuild/project:Project";

const status = z.enum(["ENABLED", "DISABLED"]);

const projectInputs = inputsOf<codebuild.ProjectArgs>()({
  artifacts: z.strictObject({
    artifactIdentifier: unsupported,
    bucketOwnerAccess: unsupported,
    encryptionDisabled: z.boolean().default(false),
    location: text,
    name: text,
    namespaceType: z.enum(["NONE", "BUILD_ID"]).optional(),
    overrideArtifactName: z.boolean().default(false),
    packaging: z.enum(["NONE", "ZIP"]).optional(),
    path: text,
    type: z.enum(["CODEPIPELINE", "NO_ARTIFACTS", "S3"]),
  }),
  autoRetryLimit: z.int().min(0).max(10).optional(),
  badgeEnabled: unsupported,
  buildBatchConfig: unsupported,
  buildTimeout: z.int().min(5).max(2160).default(60),
  cache: z
    .strictObject({
      cacheNamespace: unsupported,
      location: text,
      modes: z
        .array(z.enum(["LOCAL_SOURCE_CACHE", "LOCAL_DOCKER_LAYER_CACHE", "LOCAL_CUSTOM_CACHE"]))
        .optional(),
      type: z.enum(["NO_CACHE", "S3", "LOCAL"]).default("NO_CACHE"),
    })
    .optional(),
  concurrentBuildLimit: z.int().min(1).optional(),
  description: z.string().max(255).optional(),
  encryptionKey: text,
  environment: z.strictObject({
    certificate: unsupported,
    computeType: z.enum([
      "BUILD_GENERAL1_SMALL",
      "BUILD_GENERAL1_MEDIUM",
      "BUILD_GENERAL1_LARGE",
      "BUILD_GENERAL1_XLARGE",
      "BUILD_GENERAL1_2XLARGE",
    ]),
    dockerServer: unsupported,
    environmentVariables: z
      .array(
        z.strictObject({
          name: z.string().min(1),
          type: z.enum(["PLAINTEXT", "PARAMETER_STORE", "SECRETS_MANAGER"]).default("PLAINTEXT"),
          value: z.string(),
        }),
      )
      .optional(),
    fleet: unsupported,
    hostKernel: unsupported,
    image: z.string().min(1),
    imagePullCredentialsType: z.enum(["CODEBUILD", "SERVICE_ROLE"]).default("CODEBUILD"),
    privilegedMode: z.boolean().default(false),
    registryCredential: unsupported,
    type: z.enum(["LINUX_CONTAINER", "ARM_CONTAINER", "LINUX_GPU_CONTAINER"]),
  }),
  fileSystemLocations: unsupported,
  logsConfig: z
    .strictObject({
      cloudwatchLogs: z
        .strictObject({ groupName: text, status: status.default("ENABLED"), streamName: text })
        .optional(),
      s3Logs: z
        .strictObject({
          bucketOwnerAccess: unsupported,
          encryptionDisabled: z.boolean().default(false),
          location: text,
          status: status.default("DISABLED"),
        })
        .optional(),
    })
    .optional(),
  name: z
    .string()
    .regex(/^[A-Za-z0-9][\w-]{1,254}$/, "must be 2 to 255 letters, digits, _ and -")
    .optional(),
  projectVisibility: z.literal("PRIVATE").default("PRIVATE"),
  queuedTimeout: z.int().min(5).max(480).default(480),
  region: text,
  resourceAccessRole: unsupported,
  secondaryArtifacts: unsupported,
  secondarySourceVersions: unsupported,
  secondarySources: unsupported,
  serviceRole: arn,
  source: z.strictObject({
    auth: unsupported,
    buildStatusConfig: unsupported,
    buildspec: text,
    gitCloneDepth: z.int().min(0).optional(),
    gitSubmodulesConfig: unsupported,
    insecureSsl: flag,
    location: text,
    reportBuildStatus: flag,
    type: z.enum(["CODECOMMIT", "CODEPIPELINE", "GITHUB", "NO_SOURCE", "S3"]),
  }),
  sourceVersion: text,
  tags,
  vpcConfig: unsupported,
});

type ProjectInputs = z.output<typeof projectInputs>;

const project = resourceType({
  token: PROJECT,
  inputs: projectInputs,
  autoNameMaxLength: 255,
  immutable: ["name", "region"],
  computed: [
    "arn",
    "autoRetryLimit",
    "badgeUrl",
    "description",
    "encryptionKey",
    "name",
    "publicProjectAlias",
  ],
  validate(context, inputs, before) {
    const projectArn = context.arn("codebuild", `project/${inputs.name ?? ""}`);
    if (!before && context.get(PROJECT, projectArn)) {
      throw new AwsError("ResourceAlreadyExistsException", `Project already exists: ${projectArn}`);
    }
    if (!isAssumableBy(context, inputs.serviceRole, "codebuild.amazonaws.com")) {
      throw invalidInput(
        `CodeBuild is not authorized to perform: sts:AssumeRole on service role ${inputs.serviceRole}`,
      );
    }
    const problem = projectProblem(inputs);
    if (problem !== undefined) throw invalidInput(problem);
  },
  create(context, { name = "" }) {
    const projectArn = context.arn("codebuild", `project/${name}`);
    return {
      id: projectArn,
      outputs: {
        arn: projectArn,
        autoRetryLimit: 0,
        badgeUrl: "",
        description: "",
        encryptionKey: `arn:aws:kms:${context.region}:${context.accountId}:alias/aws/s3`,
        name,
        publicProjectAlias: "",
      },
    };
  },
});

/** AWS CodeBuild API Reference, "ProjectSource", "ProjectArtifacts", "LogsConfig" and "ProjectCache". */
function projectProblem({ artifacts, cache, environment, logsConfig, source }: ProjectInputs) {
  if ((source.type === "CODEPIPELINE") !== (artifacts.type === "CODEPIPELINE")) {
    return "Invalid artifacts: source and artifacts must both be of type CODEPIPELINE, or neither";
  }
  if (source.type === "NO_SOURCE" && source.buildspec === undefined) {
    return "Invalid project source: a buildspec is required with type NO_SOURCE";
  }
  const hasLocation = source.location !== undefined;
  if (["CODECOMMIT", "GITHUB", "S3"].includes(source.type) !== hasLocation) {
    return hasLocation
      ? `Invalid project source: location must be null with type ${source.type}`
      : `Invalid project source: location is required with type ${source.type}`;
  }
  if (artifacts.type === "S3" && artifacts.location === undefined) {
    return "Invalid artifacts: location is required with type S3";
  }
  if (cache?.type === "S3" && cache.location === undefined) {
    return "Invalid cache: location is required with type S3";
  }
  if (cache?.type === "LOCAL" && (cache.modes ?? []).length === 0) {
    return "Invalid cache: at least one mode is required with type LOCAL";
  }
  if (logsConfig?.s3Logs?.status === "ENABLED" && logsConfig.s3Logs.location === undefined) {
    return "Invalid logs config: location is required for S3 logs";
  }
  const names = (environment.environmentVariables ?? []).map(({ name }) => name);
  const repeated = names.find((name, i) => names.indexOf(name) !== i);
  return repeated && `Invalid environment: variable ${repeated} is given more than once`;
}

function invalidInput(message: string): AwsError {
  return new AwsError("InvalidInputException", message);
}

export const codebuildTypes = [project];
