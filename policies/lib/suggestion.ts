import leven from "leven";

/**
 * Suggests the names closest to `name`, best first; if none is close, all names, or where to find them.
 *
 * @param elsewhere where all names are listed, if there are too many to print.
 */
export function suggestion(
  name: string,
  names: readonly string[],
  elsewhere = "docs/policies.md",
): string {
  const near = names
    .map((candidate) => ({ candidate, far: leven(name, candidate) }))
    .filter(({ far }) => far <= Math.max(3, name.length / 3))
    .sort((a, b) => a.far - b.far)
    .slice(0, 3)
    .map(({ candidate }) => `"${candidate}"`);
  if (near.length > 0) {
    return `did you mean ${near.join(" or ")}?`;
  }
  if (names.length === 0) return "it takes none";
  return names.length <= 8 ? `there is ${names.join(", ")}` : `see ${elsewhere} for all names`;
}
