import type { Arrow, Box } from "./architecture";
import type { Permission } from "./permissions";
import type { Party } from "./reach";
import type { References } from "./references";
import { compareText } from "./state";

/** What the steps of building a picture share: the stack's resources, and what is drawn so far. */
export interface Picture {
  references: References;
  permissions: readonly Permission[];
  boxes: Map<string, Box>;
  arrows: Map<string, Arrow>;
  /** Whatever has addresses, for the arrows of who may reach whom. */
  parties: Party[];
}

/** Draws a box; one that is there already stays as it is. */
export function addBox(picture: Picture, box: Box): Box {
  const drawn = picture.boxes.get(box.key) ?? box;
  picture.boxes.set(box.key, drawn);
  return drawn;
}

/** Draws an arrow, once, if there are boxes at both ends. */
export function addArrow({ boxes, arrows }: Picture, arrow: Arrow): void {
  if (boxes.has(arrow.from) && boxes.has(arrow.to)) arrows.set(arrowKey(arrow), arrow);
}

/** What tells one arrow from another. */
export function arrowKey({ from, to, kind, label }: Arrow): string {
  return [from, to, kind, label].join(" ");
}

/** Boxes by key, each behind the box around it. */
export function nested(boxes: readonly Box[]): Box[] {
  const ordered = [...boxes].sort((one, other) => compareText(one.key, other.key));
  const within = (parent: string | undefined): Box[] =>
    ordered.filter((box) => box.parent === parent).flatMap((box) => [box, ...within(box.key)]);
  return within(undefined);
}
