import { z } from "zod";

/** Deeply readonly: received messages are read, not changed. */
export type Immutable<T> = T extends object ? { readonly [Key in keyof T]: Immutable<T[Key]> } : T;

/** Two lab processes do not understand each other. */
export class VersionMismatch extends Error {
  /**
   * @param other the other process, which the user should end
   * @param what what it sent, e.g. `status`
   * @param where which part of it is not understood
   */
  constructor(other: string, what: string, where: string) {
    super(
      `lab versions differ: ${other} runs another version than this one ` +
        `(${what}: ${where}); end it, then try again`,
    );
  }
}

/**
 * Validates a message of another lab process.
 *
 * @param what what the message is, e.g. `status`
 * @param other the process that sent it, e.g. `lab process 4711`
 * @throws VersionMismatch if it does not match this version's schema
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

/** The first problem, in a few words. */
export function firstProblem({ issues: [issue] }: z.ZodError): string {
  if (issue === undefined) return "";
  const path = issue.path.map(String).join(".");
  return `${path}${path === "" ? "" : ": "}${issue.message}`;
}
