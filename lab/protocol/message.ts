import { z } from "zod";

/** Deeply readonly: what came over a connection is looked at, not changed. */
export type Immutable<T> = T extends object ? { readonly [Key in keyof T]: Immutable<T[Key]> } : T;

/** Two lab processes do not understand each other. */
export class VersionMismatch extends Error {
  /**
   * @param other the process to end
   * @param what what it sent, e.g. `status`
   * @param where what of it is not understood
   */
  constructor(other: string, what: string, where: string) {
    super(
      `lab processes of two versions meet: ${other} is of another version than this one ` +
        `(${what}: ${where}); end it, then try again`,
    );
  }
}

/**
 * A message of another lab process, checked.
 *
 * @param what what the message is, e.g. `status`
 * @param other the process that sent it, e.g. `lab process 4711`
 * @throws VersionMismatch when it is not as this version of the lab knows it
 */
export function parseMessage<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  what: string,
  other: string,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new VersionMismatch(other, what, firstProblem(parsed.error));
}

/** The first thing that is wrong, in a few words. */
export function firstProblem({ issues: [issue] }: z.ZodError): string {
  if (issue === undefined) return "";
  const path = issue.path.map(String).join(".");
  return `${path}${path === "" ? "" : ": "}${issue.message}`;
}
