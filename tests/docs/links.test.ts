import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import * as path from "node:path";

import { repository } from "../../lab/shared/repository";

/** Folders without pages of our own. */
const notOurs = new Set(["node_modules", ".git", ".lab", "site"]);

function pagesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) return notOurs.has(entry.name) ? [] : pagesUnder(full);
    return entry.name.endsWith(".md") ? [full] : [];
  });
}

/** A page without its code, in which brackets are not links. */
function prose(page: string): string {
  return readFileSync(page, "utf8")
    .replace(/^```[^]*?^```$/gm, "")
    .replace(/`[^`\n]*`/g, "");
}

/** The anchors that GitHub generates for a page's headings, for links such as `#name`. */
function anchors(page: string): string[] {
  const headings = readFileSync(page, "utf8").replace(/^```[^]*?^```$/gm, "");
  return [...headings.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{Letter}\p{Mark}\p{Number}\p{Connector_Punctuation} -]/gu, "")
      .replaceAll(" ", "-"),
  );
}

function problem(page: string, link: string): string | undefined {
  const [file = "", anchor] = link.split("#");
  const target = file === "" ? page : path.resolve(path.dirname(page), decodeURIComponent(file));
  if (!existsSync(target)) return "no such file";
  if (anchor === undefined || statSync(target).isDirectory() || !target.endsWith(".md")) return;
  return anchors(target).includes(decodeURIComponent(anchor)) ? undefined : "no such heading";
}

describe("the documentation's links", () => {
  for (const page of pagesUnder(repository)) {
    const name = path.relative(repository, page);
    const links = [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, link = ""]) => link)
      .filter((link) => !/^[a-z]+:/.test(link));
    if (links.length === 0) continue;

    it(`of ${name} lead to files and headings that exist`, () => {
      const broken = links.flatMap((link) => {
        const why = problem(page, link);
        return why === undefined ? [] : [`${link}: ${why}`];
      });
      assert.deepEqual(broken, []);
    });
  }
});
