/**
 * `npm run docs:code`: writes the program's own code into the pages that show it.
 *
 * A page refers to it by `<!-- code: path#region -->`; the block after that line is the region of that name in that file,
 * between `// #region name` and `// #endregion`. A test fails if a page and the program differ.
 */
import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";

import { repository } from "../../lab/shared/repository";
import { formatted } from "../../policies/commands/formatted";
import { pagesIn, readPage } from "./pages";

/** The comment, and the block after it, if there is one yet. */
const marked = /^<!-- code: (\S+?)#([\w-]+) -->\n(?:\n```\w+\n[^]*?^```\n)?/gm;

/** Pages that may show code. */
export const pagesWithCode = () => ["docs/tutorial", "docs/ja", "docs"].flatMap(pagesIn);

/**
 * A page with each marked block as the program has it now, formatted as all pages are.
 *
 * @throws Error that names the page, if a file or a region does not exist.
 */
export async function withCode(page: string, now = readPage(page)): Promise<string> {
  const markdown = now.replace(marked, (_, file: string, name: string) => {
    const language = languageOf(file);
    const code = regionOf(file, name, page);
    return `<!-- code: ${file}#${name} -->\n\n\`\`\`${language}\n${code}\n\`\`\`\n`;
  });
  // A page that already has the code needs no formatting: `npm run check` checks how the rest of it is written.
  return markdown === now ? now : await formatted(markdown, path.join(repository, page));
}

function languageOf(file: string): string {
  const extension = path.extname(file).slice(1);
  return extension === "yml" ? "yaml" : extension || path.basename(file).toLowerCase();
}

function regionOf(file: string, name: string, page: string): string {
  const lines = readFileSync(path.join(repository, file), "utf8").split("\n");
  const from = lines.findIndex((line) => marks(line, `region ${name}`));
  if (from < 0) throw new Error(`${page} shows ${file}#${name}, which is not there`);
  const rest = lines.slice(from + 1);
  const to = endOf(rest);
  if (to === undefined) throw new Error(`${file}: region ${name} has no end`);
  const inside = rest.slice(0, to).filter((line) => !marks(line, "region"));
  return dedented(inside.filter((line) => !marks(line, "endregion")));
}

/** Index of the line that ends the region begun before these lines, which may contain others. */
function endOf(lines: readonly string[]): number | undefined {
  let depth = 1;
  for (const [index, line] of lines.entries()) {
    if (marks(line, "region")) depth += 1;
    if (marks(line, "endregion")) depth -= 1;
    if (depth === 0) return index;
  }
  return undefined;
}

function marks(line: string, words: string): boolean {
  const [, text = ""] = /^\s*(?:\/\/|#) #(.*)$/.exec(line) ?? [];
  return text === words || (!words.includes(" ") && text.startsWith(`${words} `));
}

function dedented(lines: readonly string[]): string {
  const indents = lines.filter((line) => line.trim() !== "").map((line) => line.search(/\S/));
  const least = Math.min(...indents);
  return lines
    .map((line) => line.slice(least))
    .join("\n")
    .trim();
}

async function writeAll(): Promise<void> {
  for (const page of pagesWithCode()) {
    const now = await withCode(page);
    if (now !== readPage(page)) {
      writeFileSync(path.join(repository, page), now);
      console.log(page);
    }
  }
}

if (require.main === module) void writeAll();
