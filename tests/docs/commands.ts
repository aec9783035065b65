import { readdirSync } from "node:fs";
import * as path from "node:path";

import { repository } from "../../lab/shared/repository";
import { type Fence, fencesOf, pagesIn, readPage } from "./pages";

/** Pages outside the tutorial whose `sh serve`, `sh run` and `sh interrupt` blocks `tests/docs/guides` types, each in a lab of its own. */
export const guides = [
  "docs/aws.md",
  "docs/cicd.md",
  "docs/classroom.md",
  "docs/dashboard.md",
  "docs/deployments.md",
  "docs/ec2.md",
  "docs/lab.md",
  "docs/microservices.md",
  "docs/tasks.md",
] as const;

/** Pages whose `sh lab` blocks `tests/lab/cli/awsCommands` types, with the real AWS CLI. */
export const cliPages = {
  guide: "docs/aws-cli.md",
  images: "docs/tutorial/02-images.md",
  ec2: "docs/tutorial/03-ec2.md",
} as const;

/**
 * Blocks that have a test of their own, which prepares what they need: that test, by the page and the block's first words.
 * The tests get the text from {@link typedApart}.
 */
export const apart = {
  "docs/aws-cli.md: eval": "tests/door/lab",
  "docs/components-packages.md: npm pack": "tests/door/components",
  "docs/lab.md: eval": "tests/door/lab",
  "docs/policy-packs.md: npm pack": "tests/door/standalone",
  "docs/policy-packs.md: npm run lab": "tests/door/standalone",
  "services/README.md: HOST=127.0.0.1": "tests/services/processes",
} as const;

const isApart = (key: string, { page, text }: Pick<Command, "page" | "text">): boolean =>
  `${originalOf(page)}: ${text.trimStart()}`.startsWith(`${key} `);

/**
 * The text of such a block.
 * @throws Error if its page has no block that begins so
 */
export function typedApart(key: keyof typeof apart): string {
  const block = commandsOfAllPages().find((one) => isApart(key, one));
  if (block === undefined) throw new Error(`there is no block ${key}`);
  return block.text;
}

/** English pages, whose `sh aws` blocks `tests/door/documented` types, with plain `pulumi`. */
export const englishPages = (): string[] => [
  "README.md",
  ...readdirSync(path.join(repository, "docs"))
    .filter((name) => name.endsWith(".md") && !name.endsWith(".ja.md"))
    .map((name) => `docs/${name}`),
  ...pagesIn("docs/tutorial"),
];

/** A block of commands on a page. */
export interface Command extends Fence {
  readonly page: string;
}

/** All blocks of commands of all pages for readers, in both languages. */
export function commandsOfAllPages(): Command[] {
  const translations = pagesIn("docs").filter((page) => page.endsWith(".ja.md"));
  const pages = [
    ...englishPages(),
    "services/README.md",
    "README.ja.md",
    "services/README.ja.md",
    ...translations,
    ...pagesIn("docs/ja"),
  ];
  return pages.flatMap((page) =>
    fencesOf(readPage(page))
      .filter(({ info }) => /^(sh|bash|shell|console)\b/.test(info))
      .map((fence) => ({ page, ...fence })),
  );
}

/** The English page that a page is the translation of, or the page itself. */
export const originalOf = (page: string): string =>
  page.replace(/^docs\/ja\//, "docs/tutorial/").replace(/\.ja\.md$/, ".md");

/** Which test types a block as it is; undefined if none does. */
export function typistOf({ info, page, text }: Command): string | undefined {
  const [, mode] = info.split(" ");
  const ownTest = Object.entries(apart).find(([key]) => isApart(key, { page, text }))?.[1];
  if (ownTest !== undefined) return ownTest;
  const original = originalOf(page);
  const isGuide = (guides as readonly string[]).includes(original);
  const isCli = Object.values<string>(cliPages).includes(original);
  switch (mode) {
    case "run":
    case "serve":
    case "interrupt":
    case "leave":
      if (original.startsWith("docs/tutorial/")) return "tests/docs/tutorial";
      return isGuide ? "tests/docs/guides" : undefined;
    case "lab":
      return isCli ? "tests/lab/cli/awsCommands" : undefined;
    case "aws":
      return englishPages().includes(original) ? "tests/door/documented" : undefined;
    default:
      return undefined;
  }
}
