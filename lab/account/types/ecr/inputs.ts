import { z } from "zod";

import { AwsError } from "../../errors";
import type { AccountContext } from "../../resourceType";

export const repositoryName = z
  .string()
  .min(2)
  .max(256)
  .regex(
    /^[a-z0-9]+([._-][a-z0-9]+)*(\/[a-z0-9]+([._-][a-z0-9]+)*)*$/,
    "may have lower-case letters, digits and single . _ - / between them only",
  );

export function invalidParameter(message: string): AwsError {
  return new AwsError("InvalidParameterException", message);
}

/** What the types of a repository's documents have in common: one of each kind, by the repository's name. */
export const repositoryDocument = {
  immutable: ["region", "repository"],
  documents: ["policy"],
  computed: ["registryId"],
  create: ({ accountId }: AccountContext, { repository }: { repository: string }) => ({
    id: repository,
    outputs: { registryId: accountId },
  }),
} as const;
