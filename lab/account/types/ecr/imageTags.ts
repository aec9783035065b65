import type { ResourceRecord } from "../../record";

/**
 * Whether a tag is immutable once it is assigned to an image. Source: ECR user guide, "Preventing image tags from being
 * overwritten in Amazon ECR".
 *
 * @param repository inputs of the repository
 */
export function isImmutableTag(repository: ResourceRecord["inputs"], tag: string): boolean {
  const { imageTagMutability, imageTagMutabilityExclusionFilters } = repository;
  const filters = (imageTagMutabilityExclusionFilters ?? []) as readonly { filter: string }[];
  const immutable = String(imageTagMutability).startsWith("IMMUTABLE");
  const excluded = filters.some(({ filter }) => matchesWildcard(filter, tag));
  return immutable !== excluded;
}

/** Whether the text matches a pattern in which `*` stands for any characters. */
function matchesWildcard(pattern: string, value: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(value);
}
