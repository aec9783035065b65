import { z } from "zod";

export const elbName = z
  .string()
  .min(1)
  .max(32)
  .regex(
    /^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?$/,
    "may only contain letters, digits and inner hyphens",
  );
export const elbNamePrefix = z
  .string()
  .min(1)
  .max(6)
  .regex(/^[a-zA-Z0-9][a-zA-Z0-9-]*$/, "may only contain letters, digits and hyphens");
export const port = z.int().min(1).max(65_535);
