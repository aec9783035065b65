import type { Box } from "./architecture";
import { boxSize, frame, type Rectangle } from "./shapes";

const gap = 12;

const isPublic = ({ facts }: Box) => facts?.what === "subnet" && facts.access === "public";

/** The zones of a VPC, one below another, each with its subnets. */
export interface Grid {
  width: number;
  height: number;
  /** Positions relative to the grid's top left corner. */
  places: Map<string, Rectangle>;
}

/**
 * The grid of a box's zones, if it has any.
 * @param most Room for a line of text, in pixels
 */
export function gridOf(box: Box, boxes: readonly Box[], most: number): Grid | undefined {
  const inside = (key: string, shape: Box["shape"]) =>
    boxes.filter(({ parent, shape: other }) => parent === key && other === shape);
  const zones = inside(box.key, "zone").map((zone) => ({
    zone,
    // Public subnets first, since they are nearer to the internet.
    subnets: inside(zone.key, "subnet").sort(
      (one, other) => Number(isPublic(other)) - Number(isPublic(one)),
    ),
  }));
  if (zones.length === 0) return undefined;
  const inner = zones.flatMap(({ subnets }) =>
    subnets.map((subnet) => boxSize(subnet, most).width),
  );
  const width = Math.max(
    ...zones.map(({ zone }) => boxSize(zone, most).width),
    ...inner.map((subnet) => subnet + 2 * gap),
  );
  const places = new Map<string, Rectangle>();
  let y = 0;
  for (const { zone, subnets } of zones) {
    const top = y;
    y += frame.header;
    for (const subnet of subnets) {
      const { height } = boxSize(subnet, most);
      places.set(subnet.key, { x: gap, y, width: width - 2 * gap, height });
      y += height + gap;
    }
    places.set(zone.key, { x: 0, y: top, width, height: y - top });
    y += gap;
  }
  return { width, height: y - gap, places };
}

/** Places a grid at the left of the box around it. */
export function placeGrid({ places }: Grid, around: Rectangle): Map<string, Rectangle> {
  const x = around.x + frame.padding;
  const y = around.y + frame.header + frame.padding;
  return new Map(
    [...places].map(([key, place]) => [key, { ...place, x: x + place.x, y: y + place.y }]),
  );
}
