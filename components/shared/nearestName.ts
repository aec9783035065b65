/**
 * The name that was probably meant: the one that differs least, in case or in a few letters.
 *
 * @returns undefined if none is close enough: at most a third of the letters may differ.
 */
export function nearestName(given: string, names: readonly string[]): string | undefined {
  const distances = names.map((name) => ({ name, distance: distanceOf(given, name) }));
  const [nearest] = distances.sort((one, other) => one.distance - other.distance);
  const own = given.slice(given.indexOf(":") + 1);
  return nearest && nearest.distance <= Math.max(1, own.length / 3) ? nearest.name : undefined;
}

/** The number of letters to insert, delete or change, ignoring case. */
function distanceOf(one: string, other: string): number {
  const [from, to] = [one.toLowerCase(), other.toLowerCase()];
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, letter] of Array.from(from).entries()) {
    const next = [index + 1];
    for (const [at, wanted] of Array.from(to).entries()) {
      const change = (row[at] ?? 0) + (letter === wanted ? 0 : 1);
      next.push(Math.min(change, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
