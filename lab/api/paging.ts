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

/** What services call how many there are on a page at most. */
const SIZES = ["maxResults", "MaxResults", "MaxItems", "MaxRecords", "PageSize", "limit", "Limit"];

/** Refuses pages of nothing, after which the same would be asked for again and again. */
export function mustAskForSome(input: object, code: string): void {
  const asked = input as Readonly<Record<string, unknown>>;
  const name = SIZES.find((one) => typeof asked[one] === "number" && !(asked[one] >= 1));
  if (name !== undefined) throw new ApiError(code, `${name} must be 1 or more.`);
}

/** What a service calls the parts of its pages, and what it allows. */
export interface PageNames<Size extends string, Token extends string> extends Pick<
  PageRequest,
  "most" | "invalidCode"
> {
  /** The request's member for how many at most. */
  readonly size: Size;
  /** The request's member for what the answer before gave. */
  readonly token: Token;
  /** The answer's member for what asks for the next page. @default the request's */
  readonly next?: string;
}

/** {@link pageOf} in a service's own words: `next` belongs into its answer as it is. */
export function pagesBy<Size extends string, Token extends string>(names: PageNames<Size, Token>) {
  const { most, invalidCode, next = names.token } = names;
  return <T>(
    all: readonly T[],
    request: Readonly<Partial<Record<Size, number | undefined>>> &
      Readonly<Partial<Record<Token, string | undefined>>>,
  ) => {
    const [token, size] = [request[names.token], request[names.size]];
    const { items, nextToken } = pageOf(all, { token, size, most, invalidCode });
    return { items, next: nextToken === undefined ? {} : { [next]: nextToken } };
  };
}

const tokenOf = (start: number): string => Buffer.from(`from:${start}`).toString("base64url");

function startOf(token: string): number | undefined {
  const [, start] = /^from:(\d+)$/.exec(Buffer.from(token, "base64url").toString()) ?? [];
  return start === undefined ? undefined : Number(start);
}
