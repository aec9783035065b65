// npm run docs:slides: a deck for each chapter in each language, as pages that need nothing else. Arrows turn them over, and
// a browser prints them as PDF.
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import * as path from "node:path";

import { Marp } from "@marp-team/marp-core";
import mermaid from "@marp-team/marp-core/plugins/mermaid";
import shiki from "@marp-team/marp-core/plugins/shiki";

import { deckOf } from "./deck.mjs";

const docs = path.join(import.meta.dirname, "..", "docs");
const dist = path.join(import.meta.dirname, "dist");
const folders = { en: "tutorial", ja: "ja" };

/** Marp's own theme with room for code, tables and pictures as the tutorial has them. */
const theme = `
/* @theme tutorial */
@import "default";
section { font-size: 24px; padding: 48px 64px; }
h2 { margin-bottom: 16px; }
pre { font-size: 15px; white-space: pre-wrap; }
table { font-size: 16px; }
p:has(> img) { text-align: center; margin: 8px 0; }
img { max-height: 450px; max-width: 100%; object-fit: contain; background: transparent; }
svg { max-height: 500px; }
`;

/** Around the slides: one fills the window, and the next one is a key away. */
const shell = `
html { scroll-snap-type: y mandatory; background: #16202c; }
body { margin: 0; }
.marpit > svg { display: block; width: 100vw; height: 100vh; scroll-snap-align: start; }
@media print { .marpit > svg { width: 1280px; height: 720px; } }
`;

const script = `
const slides = [...document.querySelectorAll(".marpit > svg")];
const at = () => slides.findIndex((slide) => slide.getBoundingClientRect().bottom > 1);
const steps = { ArrowRight: 1, ArrowDown: 1, PageDown: 1, " ": 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1 };
addEventListener("keydown", (event) => {
  const step = steps[event.key];
  if (step === undefined) return;
  event.preventDefault();
  slides[at() + step]?.scrollIntoView();
});
`;

const escaped = (text) => text.replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);

const marp = new Marp({ html: false }).use(shiki()).use(mermaid());
marp.themeSet.add(theme);

await rm(dist, { recursive: true, force: true });
await cp(path.join(docs, "pictures"), path.join(dist, "pictures"), { recursive: true });
const listed = [];
for (const [language, folder] of Object.entries(folders)) {
  await mkdir(path.join(dist, language));
  for (const file of (await readdir(path.join(docs, folder))).sort()) {
    const deck = deckOf(await readFile(path.join(docs, folder, file), "utf8"), { language });
    const { css, html } = marp.render(deck);
    const title = /^# (.+)$/m.exec(deck)?.[1] ?? file;
    const name = file.replace(/\.md$/, ".html");
    listed.push({ language, title, link: `${language}/${name}` });
    await writeFile(
      path.join(dist, language, name),
      pageOf({ language, title, css: css + shell, html }),
    );
  }
}
const links = listed.map(
  ({ language, link, title }) =>
    `<li lang="${language}"><a href="${link}">${escaped(title)}</a></li>`,
);
const list = `<ul>${links.join("")}</ul>`;
await writeFile(
  path.join(dist, "index.html"),
  pageOf({ language: "en", title: "Slides", css: "", html: list }),
);

function pageOf({ css, html, language, title }) {
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${css}</style>
</head>
<body>
${html}
<script>${script}</script>
</body>
</html>
`;
}
