import { ApiError } from "./apiError";

/** Which part of a list to return. */
export interface PageRequest {
  /** The next token of the previous response. */
  readonly token?: string | undefined;
  /** Maximum number of items. */
  readonly size?: number | undefined;
  /** AWS's maximum, which also applies without a size. */
  readonly most: number;
  /** The service's error code for an invalid token. */
  readonly invalidCode: string;
}

/** A part of a list, and the token for the next part; absent at the end. */
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

/** The services' names for the page size. */
const SIZES = ["maxResults", "MaxResults", "MaxItems", "MaxRecords", "PageSize", "limit", "Limit"];

/** Rejects a page size of 0, with which a client would ask for the same page forever. */
export function refuseEmptyPages(input: object, code: string): void {
  const asked = input as Readonly<Record<string, unknown>>;
  const name = SIZES.find((one) => typeof asked[one] === "number" && !(asked[one] >= 1));
  if (name !== undefined) throw new ApiError(code, `${name} must be 1 or more.`);
}

/** A service's names for its paging members, and its limits. */
export interface PageNames<Size extends string, Token extends string> extends Pick<
  PageRequest,
  "most" | "invalidCode"
> {
  /** The request's member for the page size. */
  readonly size: Size;
  /** The request's member for the token. */
  readonly token: Token;
  /** The response's member for the next token. @default the request's */
  readonly next?: string;
}

/** {@link pageOf} with a service's own names: `next` can be put into its response unchanged. */
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
