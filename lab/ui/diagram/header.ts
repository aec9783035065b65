import type { PlacedArrow, PlacedBox } from "./layout";
import { boxSize, card, frame } from "./shapes";

/** Margin on either side of an arrow, in pixels. */
const clear = 5;

/**
 * Where the text in a frame's header starts: as far left as possible without an arrow crossing it, or at the left edge
 * if there is no such place.
 * @returns pixels from the picture's left
 */
export function headerLeft(
  { box, width, x, y }: PlacedBox,
  arrows: readonly Pick<PlacedArrow, "points">[],
): number {
  const long = boxSize(box, width).width - 2 * card.side;
  const crossings = arrows
    .flatMap(({ points }) => points.slice(1).map((to, index) => [points[index] ?? to, to] as const))
    .filter(([from, to]) => Math.max(from.y, to.y) > y && Math.min(from.y, to.y) < y + frame.header)
    .map(([from, to]) => ({ left: Math.min(from.x, to.x), right: Math.max(from.x, to.x) }))
    .sort((one, other) => one.left - other.left);
  let left = x + card.side;
  for (const crossing of crossings) {
    if (crossing.left - clear > left + long) break;
    left = Math.max(left, crossing.right + clear);
  }
  return left + long <= x + width - clear ? left : x + card.side;
}
