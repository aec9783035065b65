import { ApiError } from "../../apiError";
import { tagsOf } from "../../records";
import type { ResourceRecord } from "../../../account/record";

/** Filters of a request: values of one are alternatives, and `*` stands for anything. */
export type Filters = readonly { readonly Name?: string; readonly Values?: string[] }[] | undefined;

/** What a resource has under a filter's name. */
export type Filterable = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface FilterOptions {
  /** Whose tags are filtered by. */
  readonly record?: ResourceRecord;
  /** The service's code for a filter that there is not. @default `InvalidParameterValue` */
  readonly invalidCode?: string;
}

/**
 * Whether a resource passes all filters.
 * @param of what the operation can filter by, beside tags
 * @throws ApiError for a filter that it does not know
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

/** Undefined for a filter that there is not. */
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
