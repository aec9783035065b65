import { readdirSync } from "node:fs";
import * as path from "node:path";

import { repository } from "../../lab/shared/repository";
import { type Fence, fencesOf, pagesIn, readPage } from "./pages";

/** Pages outside the tutorial whose `sh serve` and `sh run` blocks `tests/docs/guides` types, each in a lab of its own. */
export const guides = [
  "docs/aws.md",
  "docs/cicd.md",
  "docs/deployments.md",
  "docs/ec2.md",
  "docs/lab.md",
  "docs/microservices.md",
] as const;

/** Pages whose `sh lab` blocks `tests/lab/cli/awsCommands` types, with the real AWS CLI. */
export const cliPages = [
  "docs/aws-cli.md",
  "docs/tutorial/02-images.md",
  "docs/tutorial/03-ec2.md",
] as const;

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

/** Which test types a block as it is; nothing if none does. */
export function typistOf({ info, page }: Command): string | undefined {
  const [, mode] = info.split(" ");
  const original = originalOf(page);
  const isGuide = (guides as readonly string[]).includes(original);
  const isCli = (cliPages as readonly string[]).includes(original);
  switch (mode) {
    case "run":
    case "serve":
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
