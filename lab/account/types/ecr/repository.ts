import type { ecr } from "@pulumi/aws";
import { z } from "zod";

import { AwsError } from "../../errors";
import { resourceType } from "../../resourceType";
import { arn, flag, inputsOf, tags, text } from "../shared";
import { invalidParameter, repositoryName } from "./inputs";
import { contentsOf, findRepository } from "./lookups";
import { LIFECYCLE_POLICY, REPOSITORY, REPOSITORY_POLICY } from "./tokens";

export const repository = resourceType({
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
            .regex(/^[\w*.-]+$/, "may only contain letters, digits and . _ * -")
            .refine((value) => value.split("*").length <= 3, "may have at most two wildcards"),
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
          : "is only allowed with imageTagMutability IMMUTABLE_WITH_EXCLUSION or MUTABLE_WITH_EXCLUSION";
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
