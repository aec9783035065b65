import { ApiError } from "./apiError";
import { tagsOf } from "./records";
import type { ResourceRecord } from "../account/record";

/** Filters of a request: a filter's values are alternatives, and `*` stands for anything. */
export type Filters = readonly { readonly Name?: string; readonly Values?: string[] }[] | undefined;

/** A resource's values by filter name. */
export type Filterable = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface FilterOptions {
  /** The resource whose tags are filtered. */
  readonly record?: ResourceRecord;
  /** The service's error code for an unknown filter. @default `InvalidParameterValue` */
  readonly invalidCode?: string;
}

/**
 * Whether a resource passes all filters.
 * @param of the values that the operation can filter by, besides tags
 * @throws ApiError for an unknown filter
 */
export function passes(
  filters: Filters,
  of: Filterable,
  { record, invalidCode = "InvalidParameterValue" }: FilterOptions = {},
): boolean {
  return (filters ?? []).every(({ Name = "", Values = [] }) => {
    const values = valuesOf(Name, of, record);
    if (values === undefined) throw new ApiError(invalidCode, `The filter '${Name}' is invalid`);
    const has = [values].flat();
    return Values.some((wanted) => has.some((one) => isLike(one, wanted)));
  });
}

/** @returns undefined for an unknown filter */
function valuesOf(name: string, of: Filterable, record: ResourceRecord | undefined) {
  if (Object.hasOwn(of, name)) return of[name] ?? [];
  const tags = record === undefined ? [] : tagsOf(record);
  if (name === "tag-key") return tags.map(({ Key }) => Key);
  if (!name.startsWith("tag:")) return undefined;
  return tags.filter(({ Key }) => `tag:${Key}` === name).map(({ Value }) => Value);
}

function isLike(value: string, pattern: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(value);
}
