import { z } from "zod";

import type { Account } from "../account/account";
import type { Properties } from "../account/resourceType";

export interface InvokeContext {
  readonly account: Account;
  readonly region: string;
}

/** A function of @pulumi/aws: its arguments and its result. */
export interface Invoke {
  /** Supported arguments; any other one is an error, since the result would be wrong. */
  readonly args: z.ZodObject;
  readonly answer: (context: InvokeContext, args: Properties) => Properties | Promise<Properties>;
  /** Properties of the result that are secret. @default none */
  readonly secrets?: readonly string[];
}

/** Functions by token, e.g. `aws:ec2/getVpc:getVpc`. */
export type Invokes = Readonly<Record<string, Invoke | undefined>>;

export function declare<Args extends z.ZodObject>(
  args: Args,
  answer: (context: InvokeContext, args: z.output<Args>) => Properties | Promise<Properties>,
  secrets: readonly string[] = [],
): Invoke {
  return { args, answer: answer as Invoke["answer"], secrets };
}

export const region = z.string().optional();
export const tags = z.record(z.string(), z.string()).optional();

/**
 * The only match, as the provider's `get…` functions require.
 *
 * @throws Error with the provider's text (terraform-provider-aws, internal/tfresource/not_found_error.go,
 * `SingularDataSourceFindError`).
 */
export function single<Found>(what: string, matches: readonly Found[]): Found {
  const [first] = matches;
  if (first === undefined) throw new Error(`no matching ${what} found`);
  if (matches.length > 1) {
    throw new Error(
      `multiple ${what}s matched; use additional constraints to reduce matches to a single ${what}`,
    );
  }
  return first;
}
