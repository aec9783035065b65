import { ApiError } from "./apiError";

/** Which part of a list is wanted. */
export interface PageRequest {
  /** What the answer before gave as the next token. */
  readonly token?: string | undefined;
  /** How many at most. */
  readonly size?: number | undefined;
  /** How many AWS gives at most, also without a size. */
  readonly most: number;
  /** The service's code for a token that it did not give. */
  readonly invalidCode: string;
}

/** A part of a list, and what asks for the next one; none at the end. */
export function pageOf<T>(
  all: readonly T[],
  { token, size, most, invalidCode }: PageRequest,
): { readonly items: readonly T[]; readonly nextToken?: string } {
  const start = token === undefined || token === "" ? 0 : startOf(token);
  if (start === undefined) throw new ApiError(invalidCode, `Invalid token: ${token ?? ""}`);
  const end = start + Math.min(size ?? most, most);
  const items = all.slice(start, end);
  return end < all.length ? { items, nextToken: tokenOf(end) } : { items };
}

const tokenOf = (start: number): string => Buffer.from(`from:${start}`).toString("base64url");

function startOf(token: string): number | undefined {
  const [, start] = /^from:(\d+)$/.exec(Buffer.from(token, "base64url").toString()) ?? [];
  return start === undefined ? undefined : Number(start);
}
