// Makes slides of a page of the tutorial, as Markdown for Marp: headings, pictures, code and commands. Of prose it takes a
// section's first sentence and those of lists; the rest is for whoever speaks.

/** Lines of code, of a table and of an output that a slide has room for. */
const room = { code: 19, rows: 6, output: 9, items: 6 };

/**
 * @typedef {object} Block a part of a page, at the top level
 * @property {"heading" | "fence" | "table" | "list" | "picture" | "details" | "prose"} kind
 * @property {string[]} lines
 * @property {number} [level] of a heading
 * @property {string} [info] of a fence: its language and who types it
 */

/**
 * @param {string} markdown a page of the tutorial
 * @param {{ language: "en" | "ja" }} options
 * @returns {string} the deck, a slide for each section and more where one has much to show
 */
export function deckOf(markdown, { language }) {
  const [first, ...blocks] = blocksOf(markdown);
  const title = first?.lines[0] ?? "";
  const goal = blocks.find(({ lines }) => /^(Goal|目標): /.test(lines[0] ?? ""));
  const slides = [`# ${title}\n\n${plain(goal?.lines.join(join(language)) ?? "")}`];
  for (const { heading, body } of sectionsOf(blocks.filter((block) => block !== goal))) {
    slides.push(...slidesOf(heading ?? title, body, language));
  }
  const front = [
    "---",
    "marp: true",
    "theme: tutorial",
    "paginate: true",
    `footer: ${JSON.stringify(title)}`,
    "---",
  ];
  return `${front.join("\n")}\n\n${slides.join("\n\n---\n\n")}\n`;
}

/** Japanese has no spaces between lines. */
const join = (language) => (language === "ja" ? "" : " ");

/** @returns {Block[]} */
function blocksOf(markdown) {
  const blocks = [];
  const lines = markdown.split("\n");
  for (let at = 0; at < lines.length;) {
    const line = lines[at] ?? "";
    const kind = kindOf(line);
    if (kind === undefined) {
      at += 1;
      continue;
    }
    const end = endOf(kind, lines, at);
    const own = lines.slice(at, end);
    if (kind === "heading") {
      const [, marks = "", text = ""] = /^(#+) (.+)$/.exec(line) ?? [];
      blocks.push({ kind, level: marks.length, lines: [text] });
    } else if (kind === "fence") {
      blocks.push({ kind, info: line.slice(3).trim(), lines: own.slice(1, -1) });
    } else {
      blocks.push({ kind, lines: own });
    }
    at = end;
  }
  return blocks;
}

function kindOf(line) {
  if (line.trim() === "" || line.startsWith("<!--")) return undefined;
  // The way to the pages before and after.
  if (/^\[.+\]\(.+\) · /.test(line)) return undefined;
  if (/^#+ /.test(line)) return "heading";
  if (line.startsWith("```")) return "fence";
  if (line.startsWith("|")) return "table";
  if (/^(-|\d+\.) /.test(line)) return "list";
  if (line.startsWith("![") || line.startsWith("<picture>")) return "picture";
  if (line.startsWith("<details>")) return "details";
  return "prose";
}

/** The line after a block that begins `at`. */
function endOf(kind, lines, at) {
  const closing = { fence: "```", details: "</details>" }[kind];
  if (closing !== undefined) return lines.indexOf(closing, at + 1) + 1;
  if (kind === "heading" || kind === "picture") return at + 1;
  const end = lines.findIndex((line, index) => index > at && line.trim() === "");
  return end < 0 ? lines.length : end;
}

/** Sections and their parts, each with what stands under its own heading; before the first one there is none. */
function sectionsOf(blocks) {
  const sections = [{ heading: undefined, body: [] }];
  for (const block of blocks) {
    if (block.kind === "heading") sections.push({ heading: block.lines[0], body: [] });
    else sections.at(-1)?.body.push(block);
  }
  return sections.filter(({ body }) => body.length > 0);
}

/** The slides of a section: prose once, then each thing that it shows, commands with what they print. */
function slidesOf(heading, body, language) {
  const slides = [];
  const lead = body.find(({ kind }) => kind === "prose");
  let said = lead && firstSentence(lead.lines.join(join(language)));
  const show = (...parts) => {
    slides.push([`## ${heading}`, ...(said ? [said] : []), ...parts].join("\n\n"));
    said = undefined;
  };
  body.forEach((block, index) => {
    const { info = "", kind, lines } = block;
    const next = body[index + 1];
    const before = body[index - 1];
    // Slides are as wide as pages: what phones are shown instead is left out.
    if (kind === "picture") show(/!\[.+\]\(\S+\)/.exec(lines[0])[0]);
    else if (kind === "table")
      chunks(lines.slice(2), room.rows).forEach((rows) =>
        show([...lines.slice(0, 2), ...rows].map(plain).join("\n")),
      );
    else if (kind === "list")
      chunks(itemsOf(lines, language), room.items).forEach((items) => show(items.join("\n")));
    else if (kind === "details") questionOf(lines, language).forEach((part) => show(part));
    else if (kind === "fence" && info.startsWith("sh")) {
      const printed =
        next?.kind === "fence" && /^(text|json)/.test(next.info ?? "")
          ? [fence("text", shortened(next.lines))]
          : [];
      show(fence("sh", lines), ...printed);
    } else if (
      kind === "fence" &&
      /^(text|json)/.test(info) &&
      (before?.info ?? "").startsWith("sh")
    ) {
      // Shown with its command.
    } else if (kind === "fence") {
      const code = info.split(" ")[0] ?? "";
      const parts = code === "mermaid" ? [lines] : chunks(lines, room.code);
      parts.forEach((part) => show(fence(code, part)));
    }
  });
  if (body.every(({ kind }) => kind === "prose")) show();
  return slides;
}

/** Of a question a slide without and one with its answer; nothing of what is folded for other reasons. */
function questionOf(lines, language) {
  const [, question] = /<summary>(.+)<\/summary>/.exec(lines.join("\n")) ?? [];
  const answer = lines.slice(lines.findIndex((line) => line.includes("</summary>")) + 1, -1);
  if (question === undefined || answer.some((line) => line.startsWith("```"))) return [];
  const asked = `**${plain(question)}**`;
  return [asked, `${asked}\n\n${plain(answer.join(join(language)).trim())}`];
}

/** The items of a list, each as its first sentence. */
function itemsOf(lines, language) {
  const items = [];
  for (const line of lines) {
    if (/^ *(-|\d+\.) /.test(line)) items.push(line);
    else items.push(`${items.pop() ?? ""}${join(language)}${line.trim()}`);
  }
  return items.map((item) => {
    const [, mark = "", text = ""] = /^( *(?:-|\d+\.) )(.*)$/.exec(item) ?? [];
    return mark + firstSentence(text);
  });
}

/** A text up to its first full stop, without what it links to. */
function firstSentence(text) {
  const clear = plain(text).trim();
  // A full stop is one before a capital letter or at the end, and none in code or behind a number: `1.30`, "e.g.".
  const end =
    /^(?:`[^`]*`|\*\*[^*]*\*\*|[^`。])*?(?:。|(?<![A-Z0-9]|e\.g|i\.e)[.?!](?= [A-Z*`_[]|$))/u.exec(
      clear,
    );
  return end?.[0] ?? clear;
}

/** A text without its links: where they lead is not on a slide. */
const plain = (text) => text.replace(/(?<!!)\[([^\]]+)\]\([^)]+\)/g, "$1");

const fence = (language, lines) => ["```" + language, ...lines, "```"].join("\n");

const shortened = (lines) =>
  lines.length <= room.output ? lines : [...lines.slice(0, room.output - 1), "…"];

function chunks(list, size) {
  const parts = Math.ceil(list.length / size);
  const even = Math.ceil(list.length / Math.max(1, parts));
  return Array.from({ length: parts }, (_, index) => list.slice(index * even, (index + 1) * even));
}
