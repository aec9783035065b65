import type { Architecture, ArrowKind, Box, Mark } from "./architecture";
import { describe } from "./describe";
import { arrowsInJapanese } from "./japanese";
import type { PictureLanguage } from "./language";
import type { Layout, PlacedArrow, PlacedBox, Point } from "./layout";
import { markSign, markWord } from "./marks";
import { dark, light, type Palette } from "./palette";
import { headerLeft } from "./header";
import { card, headerLetters, kindText, type Rectangle } from "./shapes";
import { escapeXml, fontFamily, fontSize, shorten, textWidth } from "./text";

/** Height of a row of the legend, in pixels. */
const legendRow = 24;
/** Where the legend begins, in pixels from the left. */
const margin = 10;

/**
 * Colours are literal in each rule: converters to PDF and PNG do not support CSS variables, and would draw everything
 * in black.
 */
const colours = (palette: Palette) =>
  `
text { fill: ${palette.ink}; }
.kind { fill: ${palette.soft}; }
rect { stroke: ${palette.line}; fill: ${palette.card}; }
rect.paper { fill: ${palette.paper}; stroke: none; }
.frame { fill: ${palette.frame}; }
.zone { fill: ${palette.inner}; }
.strip { stroke: none; fill: ${palette.frame}; }
.zone .strip { fill: ${palette.inner}; }
path { stroke: ${palette.line}; }
polygon { fill: ${palette.line}; }
.reach path { stroke: ${palette.reach}; }
.reach polygon, .reach .label { fill: ${palette.reach}; }
.refused path { stroke: ${palette.removed}; }
.refused polygon, .refused .label { fill: ${palette.removed}; }
.made > rect { stroke: ${palette.made}; stroke-width: 2; }
rect.made { stroke: ${palette.made}; stroke-width: 2; }
${(["added", "changed", "removed"] as const).map((mark) => markStyle(mark, palette[mark])).join("\n")}
`.trim();

const style = `
text { font-family: ${fontFamily}; }
.kind { font-size: ${fontSize.kind}px; font-weight: 600; }
.title { font-size: ${fontSize.title}px; font-weight: 600; }
.line { font-size: ${fontSize.line}px; }
.label { font-size: ${fontSize.label}px; }
.zone { stroke-dasharray: 5 3; }
.outside { stroke-dasharray: 3 3; }
path { fill: none; stroke-width: 1.4; }
.use path { stroke-dasharray: 5 4; }
.refused path { stroke-dasharray: 2 4; }
${colours(light)}
@media (prefers-color-scheme: dark) {
${colours(dark)}
}
`.trim();

function markStyle(mark: Mark, colour: string): string {
  return [
    `.${mark} > rect, .${mark} > path { stroke: ${colour}; stroke-width: 2; }`,
    `.${mark} > polygon, .${mark} > .kind, text.${mark}, .${mark} > .label { fill: ${colour}; }`,
  ].join("\n");
}

/** Writes a picture as SVG; equal pictures give equal bytes. */
export function writeSvg(
  architecture: Architecture,
  layout: Layout,
  language: PictureLanguage = "en",
): string {
  const legend = legendSvg(architecture, layout, language);
  const width = Math.max(layout.width, legend.width);
  const height = layout.height + legend.height;
  const { title, text } = describe(architecture, language);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="picture" role="img" aria-labelledby="picture-title picture-desc"${language === "en" ? "" : ` lang="${language}"`}` +
      ` width="${number(width)}" height="${number(height)}" viewBox="0 0 ${number(width)} ${number(height)}">`,
    `<title id="picture-title">${escapeXml(title)}</title>`,
    `<desc id="picture-desc">${escapeXml(text)}</desc>`,
    `<style>${style}</style>`,
    `<rect class="paper" width="100%" height="100%"/>`,
    ...layout.boxes.map((placed) => boxSvg(placed, language)),
    ...layout.arrows.map(arrowSvg),
    // Where an arrow has to cross the header of a frame, it goes behind it.
    ...layout.boxes
      .filter(({ box }) => hasHeader(box))
      .map((placed) => headerSvg(placed, headerLeft(placed, layout.arrows))),
    ...legend.lines,
    "</svg>",
    "",
  ].join("\n");
}

/** Frames and zones have their kind and title in a header strip. */
function hasHeader({ shape }: Box): boolean {
  return shape === "frame" || shape === "zone";
}

function boxSvg(placed: PlacedBox, language: PictureLanguage): string {
  const { box, x, y } = placed;
  const texts = placed.rows.map((row) =>
    textSvg(
      [row.className, row.mark].filter(Boolean).join(" "),
      x + card.side,
      y + row.y,
      row.text,
    ),
  );
  return [
    `<g class="${[box.shape, box.maker && "made", box.mark].filter(Boolean).join(" ")}">`,
    `<title>${escapeXml(tooltip(box, language))}</title>`,
    rectSvg(placed, box),
    ...texts,
    "</g>",
  ].join("\n");
}

function headerSvg({ box, width, x, y }: PlacedBox, left: number): string {
  const kind = kindText(box);
  const titleX = left + textWidth(kind, fontSize.kind, true) + card.side / 2;
  const title = shorten(box.title, headerLetters);
  const end = titleX + textWidth(title, fontSize.title, true) + 3;
  const strip = Math.min(end, x + width - 1) - (left - 3);
  return [
    `<g class="${["header", box.shape, box.mark].filter(Boolean).join(" ")}">`,
    `<rect class="strip" x="${number(left - 3)}" y="${number(y + 5)}" width="${number(strip)}" height="18"/>`,
    textSvg("kind", left, y + 18, kind),
    textSvg("title", titleX, y + 18, title),
    "</g>",
  ].join("\n");
}

function tooltip({ kind, title, lines, mark }: Box, language: PictureLanguage): string {
  const said = [`${kind} ${title}`.trim(), ...lines.map(({ text }) => text)].join("; ");
  return mark ? `${said} (${markWord[language][mark]})` : said;
}

function rectSvg({ x, y, width, height }: Rectangle, { shape }: Box): string {
  const corner = shape === "outside" ? 16 : shape === "card" ? 6 : 3;
  return (
    `<rect class="${shape}" x="${number(x)}" y="${number(y)}" width="${number(width)}"` +
    ` height="${number(height)}" rx="${corner}"/>`
  );
}

function textSvg(className: string, x: number, y: number, text: string): string {
  return `<text class="${className}" x="${number(x)}" y="${number(y)}">${escapeXml(text)}</text>`;
}

function arrowSvg({ arrow, points, label }: PlacedArrow): string {
  const end = points.at(-1);
  const before = points.at(-2);
  if (!end || !before) return "";
  const [head, neck] = arrowHead(before, end);
  const way = [...points.slice(0, -1), neck]
    .map(({ x, y }, index) => `${index === 0 ? "M" : "L"}${number(x)} ${number(y)}`)
    .join(" ");
  return [
    `<g class="${[arrow.kind, arrow.mark].filter(Boolean).join(" ")}">`,
    `<path d="${way}"/>`,
    `<polygon points="${head.map(({ x, y }) => `${number(x)},${number(y)}`).join(" ")}"/>`,
    ...(label ? [textSvg("label", label.x + 2, label.y + fontSize.label, label.text)] : []),
    "</g>",
  ].join("\n");
}

/** The three corners of an arrow's head, and the point where the line meets it. */
function arrowHead(before: Point, end: Point): [Point[], Point] {
  const length = Math.hypot(end.x - before.x, end.y - before.y) || 1;
  const along = { x: (end.x - before.x) / length, y: (end.y - before.y) / length };
  const neck = { x: end.x - along.x * 9, y: end.y - along.y * 9 };
  const side = (way: number) => ({ x: neck.x - along.y * 4 * way, y: neck.y + along.x * 4 * way });
  return [[end, side(1), side(-1)], neck];
}

const arrowWords: Readonly<Record<ArrowKind, string>> = {
  reach: "may reach, as security groups allow",
  refused: "is refused by security groups",
  forward: "sends on",
  use: "uses",
};

/** The legend: a row for the kinds of arrows that occur, and one for the marks. */
function legendSvg(
  { boxes, arrows }: Architecture,
  { height: top, width: most }: Layout,
  language: PictureLanguage,
) {
  const said = language === "ja" ? arrowsInJapanese : arrowWords;
  const kinds = arrows.map(({ kind }) => kind);
  const marks = [...boxes, ...boxes.flatMap(({ lines }) => lines), ...arrows].map(
    ({ mark }) => mark,
  );
  const arrowEntries = (["forward", "reach", "refused", "use"] as const)
    .filter((kind) => kinds.includes(kind))
    .map((kind) => ({ text: said[kind], kind }));
  const markEntries = (["added", "changed", "removed"] as const)
    .filter((mark) => marks.includes(mark))
    .map((mark) => ({ text: `${markSign[mark]} ${markWord[language][mark]}`, mark }));
  const madeEntries = boxes.some(({ maker }) => maker === "ECS")
    ? [{ text: madeByEcs[language] }]
    : [];
  const rows: LegendEntry[][] = [arrowEntries, madeEntries, markEntries].filter(
    (row) => row.length > 0,
  );
  const lines: string[] = [];
  let [width, y] = [0, top + 14];
  for (const row of rows) {
    let x = margin;
    for (const entry of row) {
      const wide = textWidth(entry.text, fontSize.line) + (entry.mark ? 0 : 38);
      if (x > margin && x + wide > most) [x, y] = [margin, y + legendRow];
      lines.push(...legendEntry(entry, x, y));
      width = Math.max(width, x + wide);
      x += wide + 24;
    }
    y += legendRow;
  }
  return { lines, width, height: y - 14 - top };
}

const madeByEcs: Readonly<Record<PictureLanguage, string>> = {
  en: "made by ECS",
  ja: "ECS が作成",
};

/** An arrow, the border of what ECS made, or the sign of a mark. */
interface LegendEntry {
  readonly text: string;
  readonly kind?: ArrowKind;
  readonly mark?: Mark;
}

function legendEntry(entry: LegendEntry, x: number, y: number): string[] {
  if (entry.mark) return [textSvg(`line ${entry.mark}`, x, y, entry.text)];
  if (entry.kind === undefined) {
    const border = `<rect class="made" x="${x}" y="${y - 11}" width="32" height="14" rx="4"/>`;
    return [border, textSvg("line", x + 38, y, entry.text)];
  }
  const points = [
    { x, y: y - 4 },
    { x: x + 32, y: y - 4 },
  ];
  const arrow = { kind: entry.kind, from: "", to: "", label: "" };
  return [arrowSvg({ arrow, points }), textSvg("line", x + 38, y, entry.text)];
}

/** A number with at most one decimal. */
function number(value: number): string {
  return String(Math.round(value * 10) / 10);
}
