import type { Arrow, Box } from "./architecture";

/**
 * The boxes in reading order from top to bottom: each after the boxes with arrows to it, and after the frame around it.
 * Among several candidates, it takes the one that continues from the last box; cycles of arrows start at the first box
 * by key.
 */
export function readingOrder(boxes: readonly Box[], arrows: readonly Arrow[]): Box[] {
  const parents = new Map(boxes.map(({ key, parent }) => [key, parent]));
  /** The box itself and the boxes around it. */
  const around = (key: string | undefined): string[] =>
    key === undefined ? [] : [key, ...around(parents.get(key))];
  const within = (parent: string | undefined): Box[] => {
    const siblings = boxes.filter((box) => box.parent === parent);
    const siblingOf = (key: string) =>
      around(key).find((one) => siblings.some((sibling) => sibling.key === one));
    const ways = arrows.flatMap(({ from, to }) => {
      const [first, then] = [siblingOf(from), siblingOf(to)];
      return first === undefined || then === undefined || first === then ? [] : [{ first, then }];
    });
    return sorted(siblings, ways).flatMap((box) => [box, ...within(box.key)]);
  };
  return within(undefined);
}

interface Way {
  readonly first: string;
  readonly then: string;
}

function sorted(boxes: readonly Box[], ways: readonly Way[]): Box[] {
  const placed: Box[] = [];
  const left = new Set(boxes);
  const lastBefore = ({ key }: Box) =>
    placed.findLastIndex((box) => ways.some((way) => way.first === box.key && way.then === key));
  const isReady = ({ key }: Box) =>
    ![...left].some((box) => ways.some((way) => way.first === box.key && way.then === key));
  const isAlone = ({ key }: Box) => !ways.some(({ first, then }) => first === key || then === key);
  while (left.size > 0) {
    const ready = [...left].filter(isReady);
    const [next] = (ready.length > 0 ? ready : [...left]).sort(
      (one, other) =>
        Number(isAlone(one)) - Number(isAlone(other)) || lastBefore(other) - lastBefore(one),
    );
    if (next === undefined) break;
    left.delete(next);
    placed.push(next);
  }
  return placed;
}
