import type { ecr } from "@pulumi/aws";
import { z } from "zod";

import { AwsError } from "../errors";
import { policyProblem } from "../policyDocument";
import type { ResourceRecord } from "../record";
import { resourceType, type AccountContext } from "../resourceType";
import { imagesOf } from "./dockerBuild";
import { lifecyclePolicyProblem } from "./ecrLifecyclePolicy";
import { arn, flag, inputsOf, mustExist, tags, text } from "./shared";

export const REPOSITORY = "aws:ecr/repository:Repository";
/** See pushedImage.ts, which needs this file. */
const PUSHED_IMAGE = "lab:ecr:Image";
const LIFECYCLE_POLICY = "aws:ecr/lifecyclePolicy:LifecyclePolicy";
const REPOSITORY_POLICY = "aws:ecr/repositoryPolicy:RepositoryPolicy";

const repositoryName = z
  .string()
  .min(2)
  .max(256)
  .regex(
    /^[a-z0-9]+([._-][a-z0-9]+)*(\/[a-z0-9]+([._-][a-z0-9]+)*)*$/,
    "may have lower-case letters, digits and single . _ - / between them only",
  );

function invalidParameter(message: string): AwsError {
  return new AwsError("InvalidParameterException", message);
}

const repository = resourceType({
  token: REPOSITORY,
  inputs: inputsOf<ecr.RepositoryArgs>()({
    encryptionConfigurations: z
      .array(
        z.strictObject({
          encryptionType: z.enum(["AES256", "KMS", "KMS_DSSE"]).default("AES256"),
          kmsKey: arn.optional(),
        }),
      )
      .max(1)
      .optional(),
    forceDelete: flag,
    imageScanningConfiguration: z.strictObject({ scanOnPush: z.boolean() }).optional(),
    imageTagMutability: z
      .enum(["MUTABLE", "IMMUTABLE", "MUTABLE_WITH_EXCLUSION", "IMMUTABLE_WITH_EXCLUSION"])
      .default("MUTABLE"),
    imageTagMutabilityExclusionFilters: z
      .array(
        z.strictObject({
          filter: z
            .string()
            .min(1)
            .max(128)
            .regex(/^[\w*.-]+$/, "may have letters, digits and . _ * - only")
            .refine((value) => value.split("*").length <= 3, "may have two wildcards"),
          filterType: z.literal("WILDCARD"),
        }),
      )
      .min(1)
      .max(5)
      .optional(),
    name: repositoryName.optional(),
    region: text,
    tags,
  }),
  autoNameMaxLength: 256,
  lowerCaseName: true,
  immutable: ["encryptionConfigurations", "name", "region"],
  computed: ["arn", "name", "registryId", "repositoryUrl"],
  rules: [
    {
      keys: ["imageTagMutabilityExclusionFilters", "imageTagMutability"],
      check: ({ imageTagMutability, imageTagMutabilityExclusionFilters: filters }) => {
        const wanted = String(imageTagMutability).endsWith("_WITH_EXCLUSION");
        if (wanted === (filters !== undefined)) return undefined;
        return wanted
          ? `is required with imageTagMutability ${String(imageTagMutability)}`
          : "goes with imageTagMutability IMMUTABLE_WITH_EXCLUSION or MUTABLE_WITH_EXCLUSION only";
      },
    },
  ],
  validate(context, { encryptionConfigurations = [], name }, before) {
    const [encryption] = encryptionConfigurations;
    if (!before && findRepository(context, name ?? "")) {
      throw new AwsError(
        "RepositoryAlreadyExistsException",
        `The repository with name '${name ?? ""}' already exists in the registry with id ` +
          `'${context.accountId}'`,
      );
    }
    if (encryption?.kmsKey !== undefined && encryption.encryptionType === "AES256") {
      throw invalidParameter("KMS key cannot be specified with encryption type AES256");
    }
  },
  create(context, { name = "" }) {
    return {
      id: name,
      outputs: {
        arn: context.arn("ecr", `repository/${name}`),
        name,
        registryId: context.accountId,
        repositoryUrl: `${context.accountId}.dkr.ecr.${context.region}.amazonaws.com/${name}`,
      },
    };
  },
  beforeDelete(context, record) {
    const { id, inputs } = record;
    if (inputs.forceDelete === true || contentsOf(context, record).length === 0) return;
    throw new AwsError(
      "RepositoryNotEmptyException",
      `The repository with name '${id}' in registry with id '${context.accountId}' cannot be deleted ` +
        "because it still contains images",
    );
  },
  owned: (context, record) => [
    ...[...context.list(LIFECYCLE_POLICY), ...context.list(REPOSITORY_POLICY)].filter(
      (policy) => policy.outputs.repository === record.id,
    ),
    ...contentsOf(context, record),
  ],
});

/** Images of a repository, pushed by the program or by anybody else. */
function contentsOf(context: AccountContext, { id, outputs }: ResourceRecord): ResourceRecord[] {
  const pushed = context.list(PUSHED_IMAGE).filter(({ inputs }) => inputs.repository === id);
  return [...imagesOf(context, outputs.repositoryUrl), ...pushed];
}

/**
 * Whether a tag, once given, stays with its image.
 * Source: ECR user guide, "Preventing image tags from being overwritten in Amazon ECR".
 *
 * @param repository inputs of the repository
 */
export function isImmutableTag(repository: ResourceRecord["inputs"], tag: string): boolean {
  const { imageTagMutability, imageTagMutabilityExclusionFilters } = repository;
  const filters = (imageTagMutabilityExclusionFilters ?? []) as readonly { filter: string }[];
  const immutable = String(imageTagMutability).startsWith("IMMUTABLE");
  const excluded = filters.some(({ filter }) => matchesWildcard(filter, tag));
  return immutable !== excluded;
}

/** Whether the text fits a pattern in which `*` stands for any characters. */
function matchesWildcard(pattern: string, value: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(value);
}

function findRepository(context: AccountContext, name: string): ResourceRecord | undefined {
  return context.get(REPOSITORY, name);
}

/** The repository with that name, or ECR's error. */
export function mustHaveRepository(context: AccountContext, name: string): ResourceRecord {
  return mustExist(
    context,
    REPOSITORY,
    name,
    "RepositoryNotFoundException",
    `The repository with name '${name}' does not exist in the registry with id ` +
      `'${context.accountId}'`,
  );
}

const lifecyclePolicy = resourceType({
  token: LIFECYCLE_POLICY,
  inputs: inputsOf<ecr.LifecyclePolicyArgs>()({
    policy: z.string(),
    region: text,
    repository: repositoryName,
  }),
  immutable: ["region", "repository"],
  documents: ["policy"],
  computed: ["registryId"],
  deleteBeforeReplace: true,
  validate(context, inputs) {
    mustHaveRepository(context, inputs.repository);
    const problem = lifecyclePolicyProblem(inputs.policy);
    if (problem !== undefined) {
      throw invalidParameter(
        "Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: " +
          `'Lifecycle policy validation failure: ${problem}'`,
      );
    }
  },
  create: (context, inputs) => ({
    id: inputs.repository,
    outputs: { registryId: context.accountId },
  }),
});

const repositoryPolicy = resourceType({
  token: REPOSITORY_POLICY,
  inputs: inputsOf<ecr.RepositoryPolicyArgs>()({
    policy: z.string(),
    region: text,
    repository: repositoryName,
  }),
  immutable: ["region", "repository"],
  documents: ["policy"],
  computed: ["registryId"],
  validate(context, inputs) {
    mustHaveRepository(context, inputs.repository);
    const problem = policyProblem(inputs.policy, "repository");
    if (problem !== undefined) {
      throw invalidParameter(
        "Invalid parameter at 'PolicyText' failed to satisfy constraint: " +
          `'Invalid repository policy provided' (${problem})`,
      );
    }
  },
  create: (context, inputs) => ({
    id: inputs.repository,
    outputs: { registryId: context.accountId },
  }),
});

export const ecrTypes = [repository, lifecyclePolicy, repositoryPolicy];
