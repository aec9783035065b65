import { z } from "zod";

import { AwsError } from "../../errors";
import type { AccountContext } from "../../resourceType";

export const repositoryName = z
  .string()
  .min(2)
  .max(256)
  .regex(
    /^[a-z0-9]+([._-][a-z0-9]+)*(\/[a-z0-9]+([._-][a-z0-9]+)*)*$/,
    "may only contain lower-case letters and digits, separated by single . _ - /",
  );

export function invalidParameter(message: string): AwsError {
  return new AwsError("InvalidParameterException", message);
}

/** Common parts of the types of a repository's documents: one of each kind, with the repository's name as ID. */
export const repositoryDocument = {
  immutable: ["region", "repository"],
  documents: ["policy"],
  computed: ["registryId"],
  create: ({ accountId }: AccountContext, { repository }: { repository: string }) => ({
    id: repository,
    outputs: { registryId: accountId },
  }),
} as const;
