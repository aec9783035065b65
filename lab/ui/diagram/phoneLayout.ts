import type { Architecture, Arrow, Box } from "./architecture";
import { folded } from "./fold";
import { type Layout, labelOf, type PlacedArrow, type PlacedBox } from "./layout";
import { readingOrder } from "./order";
import { phoneWidth } from "./phonePicture";
import { boxSize, card, frame, type Rectangle, rowsOf } from "./shapes";
import { fontSize, textWidth } from "./text";

/**
 * Distances in pixels: around the picture, from frame to frame on the right, from box to box, and from lane to lane.
 */
const room = { margin: 8, nesting: 5, padding: 8, between: 14, forArrow: 36, lane: 8, row: 16 };

/** Maximum nesting of frames: region, VPC, cluster. */
const depth = 3;

/** Arrows that leave a box at the same place because they mean the same. */
interface Bundle {
  readonly from: string;
  readonly arrows: readonly Arrow[];
  readonly text: string;
  /** Its lane beside the boxes, from 0, the nearest. */
  readonly lane: number;
}

/**
 * Positions every box and arrow for a phone, with all boxes in one column. An arrow to the next box goes straight down;
 * others use lanes on the right, each starting at a row of its box that describes it.
 */
export function layOutForPhone(architecture: Architecture): Layout {
  const { arrows, boxes: all } = folded(architecture);
  const boxes = readingOrder(all, arrows);
  const cards = boxes.filter(({ shape }) => shape !== "frame");
  const place = new Map(cards.map(({ key }, index) => [key, index]));
  const straight = straightOnes(arrows, place);
  const bundles = bundlesOf(
    arrows.filter((arrow) => !straight.includes(arrow)),
    place,
  );
  const lanes = Math.max(0, ...bundles.map(({ lane }) => lane + 1));
  const right = phoneWidth - room.margin - depth * room.nesting - (lanes + 1) * room.lane;
  const { height, placed } = placedBoxes(boxes, { bundles, right, straight });
  const places = new Map(placed.map((one) => [one.box.key, one]));
  const entries = new Map<string, number>();
  const arrowsPlaced = [
    ...straight.flatMap((arrow) => straightDown(arrow, places)),
    ...bundles.flatMap((bundle) =>
      byLane(bundle, places, {
        entries,
        beside: bundles.filter(({ from }) => from === bundle.from),
      }),
    ),
  ];
  return { width: phoneWidth, height, boxes: placed, arrows: arrowsPlaced };
}

/** Arrows to the next box, at most one per box. */
function straightOnes(arrows: readonly Arrow[], place: ReadonlyMap<string, number>): Arrow[] {
  const next = arrows.filter(({ from, to }) => place.get(to) === (place.get(from) ?? NaN) + 1);
  return next.filter((arrow, index) => next.findIndex(({ from }) => from === arrow.from) === index);
}

function bundlesOf(arrows: readonly Arrow[], place: ReadonlyMap<string, number>): Bundle[] {
  const groups = new Map<string, Arrow[]>();
  for (const arrow of arrows) {
    const { from, kind, label, mark } = arrow;
    const key = JSON.stringify([from, kind, label, mark]);
    groups.set(key, [...(groups.get(key) ?? []), arrow]);
  }
  const spanned = [...groups.values()].map((group) => {
    const ends = group.flatMap(({ from, to }) => [place.get(from) ?? 0, place.get(to) ?? 0]);
    return { group, first: Math.min(...ends), last: Math.max(...ends) };
  });
  // Short arrows are nearest to the boxes.
  spanned.sort((one, other) => one.last - one.first - (other.last - other.first));
  const taken: { first: number; last: number; lane: number }[] = [];
  return spanned.flatMap(({ first, group, last }) => {
    const [arrow] = group;
    if (arrow === undefined) return [];
    const beside = taken.filter((other) => first <= other.last && other.first <= last);
    let lane = 0;
    while (beside.some((other) => other.lane === lane)) lane += 1;
    taken.push({ first, last, lane });
    return [{ from: arrow.from, arrows: group, text: labelOf(arrow), lane }];
  });
}

interface Placing {
  readonly bundles: readonly Bundle[];
  readonly straight: readonly Arrow[];
  /** The right edge of cards. */
  readonly right: number;
}

function placedBoxes(boxes: readonly Box[], { bundles, right, straight }: Placing) {
  const placed: PlacedBox[] = [];
  let y = room.margin;
  const place = (parent: string | undefined, level: number): void => {
    const left = room.margin + level * room.padding;
    boxes
      .filter((box) => box.parent === parent)
      .forEach((box) => {
        const { key, shape } = box;
        if (shape === "frame") {
          const top = y;
          const at = placed.length;
          y += frame.header + room.padding / 2;
          place(key, level + 1);
          y += room.padding - room.between;
          const end = phoneWidth - room.margin - level * room.nesting;
          const own = { x: left, y: top, width: end - left, height: y - top };
          placed.splice(at, 0, { box, ...own, rows: [] });
        } else {
          const width = right - left;
          const most = width - 2 * card.side;
          const leaving = bundles.filter(({ from, text }) => from === key && text !== "").length;
          const coming = bundles.flatMap(({ arrows }) => arrows).filter(({ to }) => to === key);
          const height = Math.max(
            boxSize(box, most).height + leaving * room.row,
            2 * entry.first + coming.length * entry.step,
          );
          placed.push({ box, x: left, y, width, height, rows: rowsOf(box, most) });
          y += height;
        }
        const isFollowed = straight.some(({ from }) => from === key);
        y += isFollowed ? room.forArrow : room.between;
      });
  };
  place(undefined, 0);
  return { placed, height: y };
}

/** Where arrows enter at the right of a box, in pixels from its top. */
const entry = { first: 10, step: 9 };

function straightDown(arrow: Arrow, places: ReadonlyMap<string, Rectangle>): PlacedArrow[] {
  const [from, to] = [places.get(arrow.from), places.get(arrow.to)];
  if (!from || !to) return [];
  const x = from.x + from.width - 28;
  const top = from.y + from.height;
  const text = labelOf(arrow);
  const width = textWidth(text, fontSize.label) + 4;
  const label = { text, x: x - width - 4, y: top + 8, width, height: fontSize.label + 5 };
  const points = [
    { x, y: top },
    { x, y: to.y },
  ];
  return [{ arrow, points, ...(text === "" ? {} : { label }) }];
}

interface Lanes {
  /** Number of arrows that have entered each box so far. */
  readonly entries: Map<string, number>;
  /** All bundles of the box that this bundle leaves. */
  readonly beside: readonly Bundle[];
}

function byLane(
  bundle: Bundle,
  places: ReadonlyMap<string, Rectangle>,
  { entries, beside }: Lanes,
): PlacedArrow[] {
  const from = places.get(bundle.from);
  if (!from) return [];
  const edge = from.x + from.width;
  const lane = edge + (bundle.lane + 1) * room.lane + 4;
  const said = beside.filter(({ text }) => text !== "");
  const rowsBelow = said.length - said.indexOf(bundle);
  const below = bundle.text === "" ? 0 : card.bottom + (rowsBelow - 0.5) * room.row - 2;
  const leaves = from.y + from.height - (below || 7);
  const width = textWidth(bundle.text, fontSize.label) + 4;
  const height = room.row - 1;
  const label = { text: bundle.text, x: edge - width - 4, y: leaves - height / 2, width, height };
  return bundle.arrows.flatMap((arrow, index) => {
    const to = places.get(arrow.to);
    if (!to) return [];
    const count = entries.get(arrow.to) ?? 0;
    entries.set(arrow.to, count + 1);
    const comes = to.y + entry.first + count * entry.step;
    const points = [
      { x: edge, y: leaves },
      { x: lane, y: leaves },
      { x: lane, y: comes },
      { x: to.x + to.width, y: comes },
    ];
    return [{ arrow, points, ...(index === 0 && bundle.text !== "" ? { label } : {}) }];
  });
}
