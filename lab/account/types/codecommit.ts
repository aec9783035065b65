import type { codecommit } from "@pulumi/aws";
import { z } from "zod";

import { AwsError } from "../errors";
import { resourceType } from "../resourceType";
import { arn, inputsOf, tags, text, unsupported, uuid } from "./shared";

const REPOSITORY = "aws:codecommit/repository:Repository";

/** AWS CodeCommit API Reference, "CreateRepository". */
const repositoryName = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[\w.-]+$/, "may only contain letters, digits and . _ -")
  .refine((name) => !name.endsWith(".git"), "may not end in .git");

const repository = resourceType({
  token: REPOSITORY,
  inputs: inputsOf<codecommit.RepositoryArgs>()({
    // AWS uses the branch of the first push; a branch that does not exist yet cannot be set.
    defaultBranch: unsupported,
    description: z.string().max(1000).optional(),
    kmsKeyId: arn.optional(),
    region: text,
    repositoryName,
    tags,
  }),
  immutable: ["region", "repositoryName"],
  computed: ["arn", "cloneUrlHttp", "cloneUrlSsh", "kmsKeyId", "repositoryId"],
  validate(context, inputs, before) {
    if (!before && context.get(REPOSITORY, inputs.repositoryName)) {
      throw new AwsError(
        "RepositoryNameExistsException",
        `Repository named ${inputs.repositoryName} already exists`,
      );
    }
  },
  create(context, { repositoryName: name }) {
    const host = `git-codecommit.${context.region}.amazonaws.com`;
    return {
      id: name,
      outputs: {
        arn: context.arn("codecommit", name),
        cloneUrlHttp: `https://${host}/v1/repos/${name}`,
        cloneUrlSsh: `ssh://${host}/v1/repos/${name}`,
        // The AWS managed key for CodeCommit.
        kmsKeyId: context.arn("kms", `key/${uuid(context, "aws/codecommit")}`),
        repositoryId: uuid(context, "repository"),
      },
    };
  },
});

export const codecommitTypes = [repository];
