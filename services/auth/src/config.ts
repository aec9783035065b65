import { readFileSync } from "node:fs";

import { z } from "zod";

import { passwordHashPattern } from "./password.ts";
import { serverEnvironment } from "../shared/server.mts";

/** Users by name, with the hash of their password. */
export type Users = z.output<typeof Users>;

const Users = z
  .record(
    z.string().regex(/^[a-z][a-z0-9_-]{0,31}$/),
    z.string().regex(passwordHashPattern, "not a hash that `npm run hash` prints"),
    {
      error: ({ code }) =>
        code === "invalid_key" ? "not a name of 1 to 32 of a-z, 0-9, _ and -" : undefined,
    },
  )
  .refine((users) => Object.keys(users).length > 0, "no user");

/** Environment of auth; `readEnvironment` names all that is wrong with it. */
export const authEnvironment = z.object({
  ...serverEnvironment,
  /** Random text that the signing key is derived from: a secret, by `secrets[].valueFrom`. */
  AUTH_SIGNING_KEY: z
    .string("is missing: it comes from Secrets Manager by secrets[].valueFrom")
    .min(32, "must have 32 random characters or more"),
  /** Users as a JSON object of names and hashes. @default users.json, the demo's */
  AUTH_USERS: z
    .string()
    .default(() => readFileSync(new URL("../users.json", import.meta.url), "utf8"))
    .transform((json, context): unknown => {
      try {
        return JSON.parse(json);
      } catch {
        context.addIssue("is not JSON");
        return z.NEVER;
      }
    })
    .pipe(Users),
  /** How long a token holds, in seconds, 1 to 3600. @default 900 */
  AUTH_TOKEN_SECONDS: z.coerce.number().int().min(1).max(3600).default(900),
});

/** What {@link authEnvironment} makes of the environment. */
export type AuthConfig = z.output<typeof authEnvironment>;
