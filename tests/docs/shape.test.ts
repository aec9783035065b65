import assert from "node:assert/strict";
import * as path from "node:path";

import { type Fence, fencesOf, pagesIn, readPage } from "./pages";

/** The words that mark the parts of a chapter in a language. */
interface Words {
  readonly goal: RegExp;
  readonly broken: string;
  /** The labels in the explanation of each failure. */
  readonly seen: readonly string[];
  readonly check: string;
  readonly questions: string;
  readonly end: string;
}

const languages: Readonly<Record<string, Words>> = {
  "docs/tutorial": {
    goal: /^Goal: .+\d+ minutes\b/m,
    broken: "Break it, fix it",
    seen: ["**What you see**", "**Why**", "**How to fix it**"],
    check: "Check",
    questions: "Questions",
    end: "Cost and clean-up",
  },
  "docs/ja": {
    goal: /^目標: .+\d+ 分/m,
    broken: "壊して、直す",
    seen: ["**何が起きるか**", "**なぜか**", "**どう直すか**"],
    check: "到達点の確認",
    questions: "確認問題",
    end: "料金と後片付け",
  },
};

/** What every chapter has, in this order, except picture and code, which are where they help. */
const parts = [
  "goal",
  "picture",
  "code",
  "run",
  "look",
  "break",
  "fix",
  "check",
  "questions",
  "clean-up",
] as const;
type Part = (typeof parts)[number];

/** The parts that a chapter omits, and why; a part that it has must not be listed. */
const exceptions: Readonly<Record<string, Readonly<Partial<Record<Part, string>>>>> = {
  "00-aws": {
    code: "it explains words, and deploys nothing",
    run: "it explains words, and deploys nothing",
    look: "it explains words, and deploys nothing",
    break: "it explains words, and deploys nothing",
    fix: "it explains words, and deploys nothing",
    check: "it explains words, and deploys nothing",
    "clean-up": "it explains words, and deploys nothing",
  },
  "00-start": {
    run: "it previews what chapter 1 runs",
    "clean-up": "a preview leaves nothing behind",
  },
  "08-kubernetes": {
    code: "it compares, and deploys nothing",
    run: "it compares, and deploys nothing",
    break: "it compares, and deploys nothing",
    fix: "it compares, and deploys nothing",
    check: "it compares, and deploys nothing",
  },
  "09-class": {
    code: "a class is a roster, not a program",
    run: "its stacks belong to a class, which the chapter's reader does not have",
    break: "what happens if a learner breaks a rule is explained where the class goes up",
    fix: "what happens if a learner breaks a rule is explained where the class goes up",
    "clean-up": "the chapter itself destroys the tutorial's stack, before its check",
  },
};

const levels = (text: string) => text.split("\n").map((line) => /^#{1,2} (.+)$/.exec(line)?.[1]);

/** The section under a second-level heading, up to the next heading; empty if there is none. */
function section(markdown: string, heading: string): string {
  // Comments of shell commands look like headings.
  const hidden = markdown.replace(/^```[^]*?^```$/gm, (block) => block.replace(/^#/gm, " "));
  const headings = levels(hidden);
  const from = headings.indexOf(heading);
  if (from < 0) return "";
  const to = headings.findIndex((one, index) => index > from && one !== undefined);
  return markdown
    .split("\n")
    .slice(from, to < 0 ? undefined : to)
    .join("\n");
}

const isTyped = ({ info }: Fence) => /^sh (run|serve|checked|aws|lab)\b/.test(info);

/** The offset in characters at which each part of a page begins; absent if the page lacks the part. */
function partsOf(page: string, words: Words): Partial<Record<Part, number>> {
  const markdown = readPage(page);
  const fences = fencesOf(markdown);
  const at = (text: string) => (text === "" ? -1 : markdown.indexOf(text));
  const broken = section(markdown, words.broken);
  const check = section(markdown, words.check);
  const questions = section(markdown, words.questions);
  const end = section(markdown, words.end);
  const number = Number(/^\d+/.exec(path.basename(page))?.[0]);
  const run = fences.find(
    (fence) => isTyped(fence) && /^npm (start|run lab -- (up|push))\b/m.test(fence.text),
  );
  const look = fences.find(
    ({ info, line, text }, index) =>
      /^sh run\b/.test(info) &&
      line > (run?.line ?? 0) &&
      /^(curl|npm run (-s )?(lab -- (status|export)|cost))\b/m.test(text) &&
      fences[index + 1]?.info === "text",
  );
  const asked = [...questions.matchAll(/<summary>.+<\/summary>\n\n(?=[^<\s])/g)];
  const found: Record<Part, number> = {
    goal: markdown.search(words.goal),
    picture: markdown.search(/^(<picture>.+)?!\[.+\]\(.+\)|^```mermaid$/m),
    code: at("<!-- code: "),
    run: run === undefined ? -1 : offset(markdown, run.line),
    look: look === undefined ? -1 : offset(markdown, look.line),
    break: fencesOf(broken).some(isTyped) ? at(broken) : -1,
    fix: words.seen.every((one) => broken.includes(one)) ? at(broken) : -1,
    check: check.includes(`npm run lab -- check ${number}`) ? at(check) : -1,
    questions: asked.length >= 2 ? at(questions) : -1,
    "clean-up": end === "" ? -1 : at(end),
  };
  return Object.fromEntries(Object.entries(found).filter(([, place]) => place >= 0));
}

const offset = (markdown: string, line: number) =>
  markdown.split("\n").slice(0, line).join("\n").length;

describe("a chapter of the tutorial", () => {
  for (const [folder, words] of Object.entries(languages)) {
    for (const page of pagesIn(folder)) {
      const left = exceptions[path.basename(page, ".md")] ?? {};

      it(`has all parts of a chapter, or a reason why not: ${page}`, () => {
        const found = partsOf(page, words);
        assert.deepEqual(
          parts.filter((part) => (found[part] === undefined) !== (left[part] !== undefined)),
          [],
          "missing without a reason, or present despite one",
        );
      });

      it(`has its parts in the same order as all chapters: ${page}`, () => {
        const found = partsOf(page, words);
        const places = parts
          .filter((part) => part !== "picture" && part !== "code")
          .flatMap((part) => found[part] ?? []);
        assert.deepEqual(
          places,
          [...places].sort((one, other) => one - other),
        );
      });
    }
  }
});
