import { z } from "zod";

import { AwsError } from "../../errors";

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
