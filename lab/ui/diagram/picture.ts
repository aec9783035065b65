import type { Arrow, Box } from "./architecture";
import type { Permission } from "./permissions";
import type { Party } from "./reach";
import type { References } from "./references";
import { compareText } from "./state";

/** Shared by the steps of building a picture: the stack's resources, and what has been drawn so far. */
export interface Picture {
  references: References;
  permissions: readonly Permission[];
  boxes: Map<string, Box>;
  arrows: Map<string, Arrow>;
  /** Everything with addresses, for the arrows that show who may reach whom. */
  parties: Party[];
}

/** Draws a box, unless there is one with the same key. */
export function addBox(picture: Picture, box: Box): Box {
  const drawn = picture.boxes.get(box.key) ?? box;
  picture.boxes.set(box.key, drawn);
  return drawn;
}

/** Draws an arrow, once, if both of its boxes exist. */
export function addArrow({ boxes, arrows }: Picture, arrow: Arrow): void {
  if (boxes.has(arrow.from) && boxes.has(arrow.to)) arrows.set(arrowKey(arrow), arrow);
}

/** Identifies an arrow. */
export function arrowKey({ from, to, kind, label }: Arrow): string {
  return [from, to, kind, label].join(" ");
}

/** Boxes sorted by key, each after the box around it. */
export function nested(boxes: readonly Box[]): Box[] {
  const ordered = [...boxes].sort((one, other) => compareText(one.key, other.key));
  const within = (parent: string | undefined): Box[] =>
    ordered.filter((box) => box.parent === parent).flatMap((box) => [box, ...within(box.key)]);
  return within(undefined);
}
