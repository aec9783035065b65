import Elk, { type ElkExtendedEdge, type ElkNode, type ElkPort } from "elkjs";

import type { Architecture, Arrow, Box } from "./architecture";
import { folded } from "./fold";
import { gridOf, type Grid, placeGrid } from "./grid";
import { markSign } from "./marks";
import { boxSize, frame, type Rectangle, type Row, rowsOf } from "./shapes";
import { fontSize, shorten, textWidth } from "./text";

export interface Point {
  x: number;
  y: number;
}

/** A box with its place, in pixels from the picture's top left corner, and what is written in it. */
export interface PlacedBox extends Rectangle {
  box: Box;
  /** None of frames and zones, which have a header. */
  rows: readonly Row[];
}

/** An arrow with its path, including bends, and the position of its label. */
export interface PlacedArrow {
  arrow: Arrow;
  points: Point[];
  label?: Rectangle & { text: string };
}

/** A picture after layout, ready to be written. */
export interface Layout {
  width: number;
  height: number;
  /** Outer boxes come before inner ones. */
  boxes: PlacedBox[];
  arrows: PlacedArrow[];
}

const options = {
  "elk.algorithm": "layered",
  "elk.direction": "DOWN",
  "elk.hierarchyHandling": "INCLUDE_CHILDREN",
  "elk.edgeRouting": "ORTHOGONAL",
  // Makes the layout deterministic.
  "elk.randomSeed": "1",
  "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
  "elk.spacing.nodeNode": "16",
  "elk.spacing.edgeNode": "12",
  "elk.spacing.edgeEdge": "12",
  "elk.spacing.edgeLabel": "4",
  "elk.layered.spacing.nodeNodeBetweenLayers": "36",
  "elk.layered.spacing.edgeNodeBetweenLayers": "14",
  "elk.layered.spacing.edgeEdgeBetweenLayers": "12",
  "elk.padding": "[top=8,left=8,bottom=8,right=8]",
  // Positions relative to the picture's top left corner instead of the enclosing box's.
  "elk.json.shapeCoords": "ROOT",
  "elk.json.edgeCoords": "ROOT",
};

/** The width that pages show without making letters smaller than 11 px, in pixels. */
export const pageWidth = 868;

/** How what does not follow from the arrows is arranged. */
interface Arrangement {
  /** Room for a line of text in a box, in pixels; longer ones go on in the next row. */
  readonly most: number;
  /** Whether the zones of a VPC are drawn with their subnets, on its left, or as one card. */
  readonly zones: "drawn" | "folded";
  /** How many boxes stand side by side at most. @default as many as the arrows ask for */
  readonly abreast?: number;
}

/** From the one that shows most to the narrowest. */
const arrangements: readonly Arrangement[] = [
  { most: 250, zones: "drawn" },
  { most: 170, zones: "drawn" },
  { most: 250, zones: "folded" },
  { most: 250, zones: "folded", abreast: 3 },
  { most: 170, zones: "folded", abreast: 3 },
  { most: 150, zones: "folded", abreast: 3 },
  { most: 150, zones: "folded", abreast: 2 },
  { most: 135, zones: "folded", abreast: 3 },
];

/**
 * Positions every box and arrow: ELK arranges layers from top to bottom; zones are placed in a column by {@link
 * placeGrid}. Of several arrangements it takes the first that fits a page's width, or else the narrowest.
 */
export async function layOut(architecture: Architecture): Promise<Layout> {
  let narrowest: Layout | undefined;
  for (const arrangement of arrangements) {
    const drawn = arrangement.zones === "drawn" ? architecture : folded(architecture);
    const layout = await arranged(drawn, arrangement);
    if (layout.width <= pageWidth) return layout;
    if (narrowest === undefined || layout.width < narrowest.width) narrowest = layout;
  }
  return narrowest ?? { width: 0, height: 0, boxes: [], arrows: [] };
}

async function arranged(
  { boxes, arrows }: Architecture,
  arrangement: Arrangement,
): Promise<Layout> {
  const { most } = arrangement;
  const grids = new Map(
    boxes.flatMap((box) => {
      const grid = gridOf(box, boxes, most);
      return grid ? [[box.key, grid] as const] : [];
    }),
  );
  const children = elkChildren({ boxes, arrows, grids, arrangement }, undefined);
  const edges = [...arrows.map(elkEdge), ...belowFrames(boxes, arrows)];
  const root: ElkNode = { id: "picture", layoutOptions: options, children, edges };
  const laidOut: ElkNode = await new Elk().layout(root);

  const places = new Map(descendants(laidOut).map((node) => [node.id, placeOf(node)]));
  for (const [key, grid] of grids) {
    const around = places.get(key);
    if (around) for (const [inner, place] of placeGrid(grid, around)) places.set(inner, place);
  }
  return {
    width: laidOut.width ?? 0,
    height: laidOut.height ?? 0,
    boxes: boxes.flatMap((box) => {
      const place = places.get(box.key);
      const hasHeader = box.shape === "frame" || box.shape === "zone";
      return place ? [{ box, ...place, rows: hasHeader ? [] : rowsOf(box, most) }] : [];
    }),
    arrows: arrows.map((arrow, index) => placedArrow(arrow, laidOut.edges?.[index])),
  };
}

/** What is laid out, and how. */
interface Parts {
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
  readonly grids: ReadonlyMap<string, Grid>;
  readonly arrangement: Arrangement;
}

function elkChildren(parts: Parts, parent: string | undefined): ElkNode[] {
  const { arrangement, arrows, boxes } = parts;
  return boxes
    .filter((box) => box.parent === parent && box.shape !== "zone" && box.shape !== "subnet")
    .map((box) => {
      if (box.shape === "frame") return elkFrame(box, parts);
      return {
        id: box.key,
        ...boxSize(box, arrangement.most),
        ports: portsOf(box, arrows),
        layoutOptions: { "elk.portConstraints": "FIXED_SIDE" },
      };
    });
}

function elkFrame(box: Box, parts: Parts): ElkNode {
  const { abreast, most } = parts.arrangement;
  const children = elkChildren(parts, box.key);
  const grid = parts.grids.get(box.key);
  const { padding, header } = frame;
  const left = padding + (grid ? grid.width + padding : 0);
  const width = Math.max(boxSize(box, most).width, left + padding);
  const height = header + 2 * padding + (grid?.height ?? 0);
  const bound = {
    "elk.layered.layering.strategy": "COFFMAN_GRAHAM",
    "elk.layered.layering.coffmanGraham.layerBound": String(abreast),
  };
  return {
    id: box.key,
    children,
    ...(children.length === 0 ? { width, height } : {}),
    layoutOptions: {
      "elk.padding": `[top=${header + padding},left=${left},bottom=${padding},right=${padding}]`,
      "elk.nodeSize.constraints": "MINIMUM_SIZE",
      "elk.nodeSize.minimum": `(${width},${height})`,
      ...(abreast === undefined ? {} : bound),
    },
  };
}

const endId = (index: number, end: "from" | "to") => `arrow ${index} ${end}`;

/** A port for each arrow at a box: arrows enter at the top and leave at the bottom, side by side. */
function portsOf({ key }: Box, arrows: readonly Arrow[]): ElkPort[] {
  return arrows.flatMap(({ from, to }, index) => [
    ...(to === key ? [port(endId(index, "to"), "NORTH")] : []),
    ...(from === key ? [port(endId(index, "from"), "SOUTH")] : []),
  ]);
}

function port(id: string, side: "NORTH" | "SOUTH"): ElkPort {
  return { id, width: 0, height: 0, layoutOptions: { "elk.port.side": side } };
}

function elkEdge(arrow: Arrow, index: number): ElkExtendedEdge {
  const text = labelOf(arrow);
  return {
    id: `arrow ${index}`,
    sources: [endId(index, "from")],
    targets: [endId(index, "to")],
    labels:
      text === ""
        ? []
        : [
            {
              text,
              width: textWidth(text, fontSize.label) + 4,
              height: fontSize.label + 5,
              layoutOptions: { "elk.edgeLabels.placement": "CENTER" },
            },
          ],
  };
}

/** Edges that nobody sees: they keep what has no arrows below the frame beside it, where it takes no width. */
function belowFrames(boxes: readonly Box[], arrows: readonly Arrow[]): ElkExtendedEdge[] {
  const ends = new Set(arrows.flatMap(({ from, to }) => [from, to]));
  return boxes
    .filter(({ key, shape }) => shape === "card" && !ends.has(key))
    .flatMap(({ key, parent }) => {
      const frame = boxes.find((other) => other.shape === "frame" && other.parent === parent);
      return frame ? [{ id: `below ${key}`, sources: [frame.key], targets: [key] }] : [];
    });
}

/** The text beside an arrow: its label, and the sign of its mark. */
export function labelOf({ label, mark }: Arrow): string {
  return [mark ? markSign[mark] : "", shorten(label)].filter((part) => part !== "").join(" ");
}

function placedArrow(arrow: Arrow, edge: ElkExtendedEdge | undefined): PlacedArrow {
  const points = (edge?.sections ?? []).flatMap(({ startPoint, bendPoints = [], endPoint }) => [
    startPoint,
    ...bendPoints,
    endPoint,
  ]);
  const [label] = edge?.labels ?? [];
  return {
    arrow,
    points: straightened(points),
    ...(label ? { label: { ...placeOf(label), text: label.text ?? "" } } : {}),
  };
}

/** Removes bends of a pixel or less, which come from rounding. */
function straightened(points: readonly Point[]): Point[] {
  return points.reduce<Point[]>((done, { x, y }) => {
    const last = done.at(-1);
    const near = (one: number, other: number | undefined) =>
      other !== undefined && Math.abs(one - other) <= 1.5 ? other : one;
    return [...done, { x: near(x, last?.x), y: near(y, last?.y) }];
  }, []);
}

function placeOf({ x = 0, y = 0, width = 0, height = 0 }: Partial<Rectangle>): Rectangle {
  return { x, y, width, height };
}

function descendants({ children = [] }: ElkNode): ElkNode[] {
  return children.flatMap((child) => [child, ...descendants(child)]);
}
