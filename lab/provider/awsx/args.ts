import { z } from "zod";

/**
 * Parses a component's arguments; absent ones may be null.
 *
 * @param component Its name in the program, e.g. `awsx.ec2.Vpc`.
 * @throws Error listing everything that is invalid or not supported.
 */
export function parseArgs<Schema extends z.ZodObject>(
  component: string,
  schema: Schema,
  inputs: Record<string, unknown>,
): z.output<Schema> {
  const given = Object.entries(inputs).filter(([, value]) => value != null);
  const result = schema.safeParse(Object.fromEntries(given));
  if (result.success) return result.data;
  const problems = result.error.issues.flatMap((issue) => {
    const path = issue.path.join(".");
    if (issue.code !== "unrecognized_keys") return [`${path}: ${issue.message}`];
    const prefix = path && `${path}.`;
    return issue.keys.map((key) => `${prefix}${key}: is not supported by the lab's ${component}`);
  });
  throw new Error(`${component} cannot be created:\n${problems.map((p) => `- ${p}`).join("\n")}`);
}

/**
 * Checks that arguments do not exclude each other, as awsx does.
 *
 * @throws Error naming them if more than one is given.
 */
export function refuseTwo(args: Readonly<Record<string, unknown>>): void {
  const given = Object.values(args).filter((value) => value != null);
  if (given.length <= 1) return;
  const names = Object.keys(args).map((name) => `[${name}]`);
  throw new Error(`Only one of ${names.join(" and ")} can be specified`);
}
