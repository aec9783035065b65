import { ApiError } from "../../apiError";
import { tagsOf } from "../../records";
import type { ResourceRecord } from "../../../account/record";

/** Filters of a request: values of one are alternatives, and `*` stands for anything. */
export type Filters = readonly { readonly Name?: string; readonly Values?: string[] }[] | undefined;

/** What a resource has under a filter's name. */
export type Filterable = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * Whether a resource passes all filters.
 * @param of what the operation can filter by, beside tags
 * @throws ApiError for a filter that it does not know
 */
export function passes(filters: Filters, of: Filterable, record?: ResourceRecord): boolean {
  return (filters ?? []).every(({ Name = "", Values = [] }) => {
    const has = [valuesOf(Name, of, record)].flat().filter((one) => one !== undefined);
    return Values.some((wanted) => has.some((one) => isLike(one, wanted)));
  });
}

function valuesOf(name: string, of: Filterable, record: ResourceRecord | undefined) {
  if (Object.hasOwn(of, name)) return of[name];
  const tags = record === undefined ? [] : tagsOf(record);
  if (name === "tag-key") return tags.map(({ Key }) => Key);
  if (name.startsWith("tag:")) {
    return tags.filter(({ Key }) => `tag:${Key}` === name).map(({ Value }) => Value);
  }
  throw new ApiError("InvalidParameterValue", `The filter '${name}' is invalid`);
}

function isLike(value: string, pattern: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(value);
}
