/** Number of letters to insert, remove or replace to get from one text to the other. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  Array.from(from).forEach((letter, index) => {
    const next = [index + 1];
    Array.from(to).forEach((other, column) => {
      const replaced = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    });
    row = next;
  });
  return row.at(-1) ?? 0;
}

/**
 * The names most like `name`, best first; all of them if none is close and there are few.
 *
 * @param elsewhere where all names are to be found, if they are too many to tell.
 */
export function suggestion(
  name: string,
  names: readonly string[],
  elsewhere = "docs/policies.md",
): string {
  const near = names
    .map((candidate) => ({ candidate, far: distance(name, candidate) }))
    .filter(({ far }) => far <= Math.max(3, name.length / 3))
    .sort((a, b) => a.far - b.far)
    .slice(0, 3)
    .map(({ candidate }) => `"${candidate}"`);
  if (near.length > 0) {
    return `did you mean ${near.join(" or ")}?`;
  }
  return names.length <= 8 ? `there is ${names.join(", ")}` : `see ${elsewhere} for all names`;
}
