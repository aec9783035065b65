import Elk, { type ElkExtendedEdge, type ElkNode, type ElkPort } from "elkjs";

import type { Architecture, Arrow, Box } from "./architecture";
import { gridOf, type Grid, placeGrid } from "./grid";
import { markSign } from "./marks";
import { boxSize, frame, type Placed } from "./shapes";
import { fontSize, shorten, textWidth } from "./text";

export interface Point {
  x: number;
  y: number;
}

/** A box with its place, in pixels from the picture's top left corner. */
export interface PlacedBox extends Placed {
  box: Box;
}

/** An arrow with its way, bends included, and the place of its label. */
export interface PlacedArrow {
  arrow: Arrow;
  points: Point[];
  label?: Placed & { text: string };
}

/** A picture that only has to be written. */
export interface Layout {
  width: number;
  height: number;
  /** Boxes around others stand before them. */
  boxes: PlacedBox[];
  arrows: PlacedArrow[];
}

const options = {
  "elk.algorithm": "layered",
  "elk.direction": "DOWN",
  "elk.hierarchyHandling": "INCLUDE_CHILDREN",
  "elk.edgeRouting": "ORTHOGONAL",
  // Equal input gives an equal picture.
  "elk.randomSeed": "1",
  "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
  "elk.spacing.nodeNode": "28",
  "elk.spacing.edgeNode": "18",
  "elk.spacing.edgeEdge": "12",
  "elk.spacing.edgeLabel": "4",
  "elk.layered.spacing.nodeNodeBetweenLayers": "44",
  "elk.layered.spacing.edgeNodeBetweenLayers": "18",
  "elk.layered.spacing.edgeEdgeBetweenLayers": "12",
  "elk.padding": "[top=16,left=16,bottom=16,right=16]",
  // Places from the top left corner of the picture instead of that of the box around.
  "elk.json.shapeCoords": "ROOT",
  "elk.json.edgeCoords": "ROOT",
};

/** Gives every box and arrow its place: layers from top to bottom by ELK, zones in a column of our own. */
export async function layOut({ boxes, arrows }: Architecture): Promise<Layout> {
  const grids = new Map(
    boxes.flatMap((box) => {
      const grid = gridOf(box, boxes);
      return grid ? [[box.key, grid] as const] : [];
    }),
  );
  const children = elkChildren(boxes, arrows, grids, undefined);
  const edges = arrows.map(elkEdge);
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
      return place ? [{ box, ...place }] : [];
    }),
    arrows: arrows.map((arrow, index) => placedArrow(arrow, laidOut.edges?.[index])),
  };
}

function elkChildren(
  boxes: readonly Box[],
  arrows: readonly Arrow[],
  grids: ReadonlyMap<string, Grid>,
  parent: string | undefined,
): ElkNode[] {
  return boxes
    .filter((box) => box.parent === parent && box.shape !== "zone" && box.shape !== "subnet")
    .map((box) => {
      const children = elkChildren(boxes, arrows, grids, box.key);
      if (box.shape === "frame") return elkFrame(box, children, grids.get(box.key));
      const size = boxSize(box);
      return {
        id: box.key,
        ...size,
        ports: portsOf(box, arrows),
        layoutOptions: { "elk.portConstraints": "FIXED_SIDE" },
      };
    });
}

function elkFrame(box: Box, children: ElkNode[], grid: Grid | undefined): ElkNode {
  const { padding, header } = frame;
  const left = padding + (grid ? grid.width + padding : 0);
  const width = Math.max(boxSize(box).width, left + padding);
  const height = header + 2 * padding + (grid?.height ?? 0);
  return {
    id: box.key,
    children,
    ...(children.length === 0 ? { width, height } : {}),
    layoutOptions: {
      "elk.padding": `[top=${header + padding},left=${left},bottom=${padding},right=${padding}]`,
      "elk.nodeSize.constraints": "MINIMUM_SIZE",
      "elk.nodeSize.minimum": `(${width},${height})`,
    },
  };
}

const endId = (index: number, end: "from" | "to") => `arrow ${index} ${end}`;

/** A place for each arrow at a box: they come in above and leave below, side by side. */
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

/** What stands beside an arrow: its label, and the sign of what a difference does to it. */
function labelOf({ label, mark }: Arrow): string {
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

/** Takes out bends of a pixel or less, which rounding leaves. */
function straightened(points: readonly Point[]): Point[] {
  return points.reduce<Point[]>((done, { x, y }) => {
    const last = done.at(-1);
    const near = (one: number, other: number | undefined) =>
      other !== undefined && Math.abs(one - other) <= 1.5 ? other : one;
    return [...done, { x: near(x, last?.x), y: near(y, last?.y) }];
  }, []);
}

function placeOf({ x = 0, y = 0, width = 0, height = 0 }: Partial<Placed>): Placed {
  return { x, y, width, height };
}

function descendants({ children = [] }: ElkNode): ElkNode[] {
  return children.flatMap((child) => [child, ...descendants(child)]);
}
