import type { PictureLanguage } from "./language";
import { dark, light, type Palette } from "./palette";
import { escapeXml, fontFamily } from "./text";

/** Width of a picture in pixels: that of a phone, so that the text is legible there too; other screens enlarge it. */
export const phoneWidth = 390;
const shownWidth = 640;

export interface PhonePicture {
  readonly language: PictureLanguage;
  readonly title: string;
  /** What it shows, in words. @default the title alone */
  readonly description?: string;
  /** In pixels, for its width of {@link phoneWidth}. */
  readonly height: number;
  readonly style: string;
  /** Elements, from the back to the front. */
  readonly elements: readonly string[];
}

/** A picture as SVG, with a background. */
export function phonePicture({
  description,
  elements,
  height,
  language,
  style,
  title,
}: PhonePicture): string {
  const labels = description === undefined ? "title" : "title desc";
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="${labels}" lang="${language}"` +
      ` width="${shownWidth}" height="${Math.round((height * shownWidth) / phoneWidth)}" viewBox="0 0 ${phoneWidth} ${height}">`,
    `<title id="title">${escapeXml(title)}</title>`,
    ...(description === undefined ? [] : [`<desc id="desc">${escapeXml(description)}</desc>`]),
    `<style>${style}</style>`,
    `<rect class="paper" width="100%" height="100%"/>`,
    ...elements,
    "</svg>",
    "",
  ].join("\n");
}

/** A line of text. @param anchor which part of the text is at `x` */
export const text = (className: string, x: number, y: number, what: string, anchor = "start") =>
  `<text class="${className}" x="${round(x)}" y="${y}" text-anchor="${anchor}">${escapeXml(what)}</text>`;

/** A length in pixels with at most one decimal. */
export const round = (value: number) => String(Math.round(value * 10) / 10);

/**
 * A style sheet for white paper and for readers who prefer dark pages.
 * @param colours CSS rules for a palette, with literal colours, since converters do not support CSS variables
 */
export const phoneStyle = (shapes: string, colours: (palette: Palette) => string) =>
  `
text { font-family: ${fontFamily}; }
${shapes.trim()}
${colours(light).trim()}
@media (prefers-color-scheme: dark) {
${colours(dark).trim()}
}
`.trim();
