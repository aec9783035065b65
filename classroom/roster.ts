import { type Document, isMap, isNode, isPair, isScalar, LineCounter, parseDocument } from "yaml";
import { z } from "zod";

import { suggestion } from "../policies/lib/suggestion";
import { chapters, expiryProblem } from "../settings";
import { type Config, type Defaults, settingsOf } from "./stackSettings";

/** Configuration that the class sets for each stack. */
const managed = [
  "chapters",
  "class",
  "expires",
  "learner",
  "listenerSlot",
  "sharedNetwork",
  "vpcCidrBlock",
];

/** A part of a stack's name: 1 to 30 lower-case letters, digits and single hyphens. */
const label = z
  .string()
  .max(30, "is longer than 30 characters")
  .regex(
    /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
    "must be lower-case letters, digits and single hyphens, and start with a letter",
  );

const chapterList = z
  .array(z.enum(chapters.filter((chapter) => chapter !== "network")))
  .min(1)
  .refine((list) => new Set(list).size === list.length, "names a chapter twice");
const day = z.string().superRefine((text, context) => {
  const problem = expiryProblem(text);
  if (problem !== undefined) context.addIssue(problem);
});
const usd = z.number().positive();
const config = z.record(z.string(), z.unknown());

/** What may differ between a learner and the class. */
const own = {
  chapters: chapterList.optional(),
  expires: day.optional(),
  budget: usd.optional(),
  config: config.optional(),
};

const learner = z.union([
  z
    .string()
    .min(1)
    .transform((name) => ({ name })),
  z.strictObject({ name: z.string().min(1), stack: label.optional(), ...own }),
]);

const rosterSchema = z.strictObject({
  class: label.max(20, "is longer than 20 characters"),
  network: z.enum(["own", "shared"]).default("own"),
  organization: z.string().min(1).default("organization"),
  chapters: chapterList.default(["fargate"]),
  expires: day.default("never"),
  budget: usd.optional(),
  totalBudget: usd.optional(),
  config: config.default({}),
  learners: z.array(learner).min(1),
});

export interface Learner {
  /** As written in the roster, in any script; the value of the tag `learner`. */
  name: string;
  /** Name of the stack: `<class>-<name>`. */
  stack: string;
  chapters: readonly string[];
  /** Last day, `YYYY-MM-DD`, or `never`. */
  expires: string;
  /** USD a month, if there is a limit. */
  budget?: number;
  /** Configuration of the stack beyond what the class manages. */
  config: Config;
}

export interface Roster {
  class: string;
  network: "own" | "shared";
  /** Organization in the names of stacks, for references; `organization` on your own backend. */
  organization: string;
  /** USD a month for all stacks together, if there is a limit. */
  totalBudget?: number;
  /** Configuration of all stacks. */
  config: Config;
  learners: readonly Learner[];
}

/** Name of the stack with the network that a class shares. */
export const networkStackOf = (roster: { class: string }) => `${roster.class}-network`;

/** All problems of a roster that cannot be used, with their lines. */
export class RosterError extends Error {
  override readonly name = "RosterError";

  constructor(
    file: string,
    readonly problems: readonly string[],
  ) {
    super(`${file}:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`);
  }
}

/**
 * Reads a roster.
 *
 * @param text the YAML, as docs/classroom.md describes it.
 * @param file its name, for messages.
 * @param defaults configuration that the stacks start from.
 * @throws RosterError that lists every problem with its line.
 */
export function parseRoster(text: string, file: string, defaults: Defaults): Roster {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ pos, message }) => {
      return `line ${lines.linePos(pos[0]).line}: ${message}`;
    });
    throw new RosterError(file, problems);
  }
  const positions = new Positions(document, lines);
  const parsed = rosterSchema.safeParse(document.toJS(), { reportInput: true });
  if (!parsed.success) {
    throw new RosterError(
      file,
      flat(parsed.error.issues).flatMap((issue) => describeIssue(issue, positions)),
    );
  }
  const { learners: given, ...rest } = parsed.data;
  const learners = given.map((one) => toLearner(one, parsed.data));
  const problems = [
    ...nameProblems(learners, parsed.data, positions),
    ...settingProblems({ ...rest, learners }, defaults, positions),
  ];
  if (problems.length > 0) throw new RosterError(file, problems);
  return { ...rest, learners };
}

type Given = z.output<typeof learner>;
type ParsedRoster = z.output<typeof rosterSchema>;

function toLearner(given: Given, roster: ParsedRoster): Learner {
  const { name } = given;
  const { stack = labelOf(name), ...mine }: Partial<z.output<(typeof learner)["options"][1]>> =
    given;
  const budget = mine.budget ?? roster.budget;
  return {
    name,
    stack: `${roster.class}-${stack}`,
    chapters: mine.chapters ?? roster.chapters,
    expires: mine.expires ?? roster.expires,
    ...(budget === undefined ? {} : { budget }),
    config: { ...roster.config, ...mine.config },
  };
}

/**
 * Derives the part of a stack's name from a learner's name: letters in lower case without accents, digits, and a hyphen for
 * anything else between them. Empty for a name without Latin letters.
 */
export function labelOf(name: string): string {
  return name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
}

function nameProblems(
  learners: readonly Learner[],
  roster: ParsedRoster,
  positions: Positions,
): string[] {
  const given = roster.learners;
  const first = new Map<string, number>();
  return learners.flatMap(({ name, stack }, i) => {
    const at = positions.line(["learners", i]);
    const part = "stack" in (given[i] ?? {}) ? undefined : labelOf(name);
    const lost = /[^\p{Script=Latin}\p{M}\p{N}\p{P}\p{Z}\p{S}]/u.test(name);
    if (part !== undefined && (lost || !label.safeParse(part).success)) {
      return [
        `${at}: "${name}" does not say what to call the stack; add stack: with 1 to 30 lower-case ` +
          "letters, digits and hyphens, starting with a letter",
      ];
    }
    if (stack === networkStackOf(roster)) {
      return [`${at}: "${name}" would have the stack of the class's network; add another stack:`];
    }
    const other = first.get(stack);
    if (other !== undefined) {
      return [
        `${at}: "${name}" has the same stack ${stack} as "${learners[other]?.name ?? ""}" on ` +
          `${positions.line(["learners", other])}; give one of them another stack:`,
      ];
    }
    first.set(stack, i);
    return [];
  });
}

/** Problems that the program would report about the stacks' configuration. */
function settingProblems(
  roster: Omit<Roster, "config"> & { config: Config },
  defaults: Defaults,
  positions: Positions,
): string[] {
  const shared = roster.network === "shared";
  const keyProblems = (given: Config, path: PropertyKey[]) =>
    Object.keys(given).flatMap((key) => {
      const at = positions.line([...path, key]);
      if (managed.includes(key)) return [`${at}: config.${key}: the class itself sets it`];
      if (key.includes(":") || defaults.keys.includes(key)) return [];
      const names = defaults.keys.filter((name) => !managed.includes(name));
      return [`${at}: config.${key}: no such setting; ${suggestion(key, names, "Pulumi.yaml")}`];
    });
  const common = keyProblems(roster.config, ["config"]);
  return [
    ...common,
    ...roster.learners.flatMap((one, i) => {
      const path = ["learners", i];
      const mine = Object.fromEntries(
        Object.entries(one.config).filter(([key, value]) => roster.config[key] !== value),
      );
      const keys = keyProblems(mine, [...path, "config"]);
      if (shared && "natGateways" in mine) {
        keys.push(
          `${positions.line([...path, "config", "natGateways"])}: config.natGateways: the shared ` +
            "network has it; set it for the class",
        );
      }
      if (common.length + keys.length > 0) return keys;
      try {
        settingsOf(one.stack, { ...one.config, chapters: one.chapters }, defaults);
        return [];
      } catch (error) {
        const [, ...reasons] = (error as Error).message.split("\n");
        const where = positions.line(path);
        return reasons.map((line) => `${where}: ${one.name}: ${line.replace(/^ *- /, "")}`);
      }
    }),
  ];
}

/** Finds positions in the file. */
class Positions {
  constructor(
    private readonly document: Document,
    private readonly lines: LineCounter,
  ) {}

  /** The line of a path, as `line 7`, or of the nearest enclosing node in the file. */
  line(path: readonly PropertyKey[]): string {
    for (let length = path.length; length >= 0; length -= 1) {
      const offset = this.offsetOf(path.slice(0, length));
      if (offset !== undefined) return `line ${this.lines.linePos(offset).line}`;
    }
    return "line 1";
  }

  private offsetOf(path: readonly PropertyKey[]): number | undefined {
    const parent: unknown = this.document.getIn(path.slice(0, -1), true);
    if (path.length > 0 && isMap(parent)) {
      const pair = parent.items.find(
        (item) => isPair(item) && isScalar(item.key) && item.key.value === path.at(-1),
      );
      return isNode(pair?.key) ? pair.key.range?.[0] : undefined;
    }
    const node: unknown =
      path.length === 0 ? this.document.contents : this.document.getIn(path, true);
    return isNode(node) ? node.range?.[0] : undefined;
  }
}

/** For a learner that matches neither form, the issues with the form that it resembles. */
function flat(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue[] {
  return issues.flatMap((issue) => {
    if (issue.code !== "invalid_union") return [issue];
    const [, asObject = []] = issue.errors;
    if (typeof issue.input !== "object" || issue.input === null) {
      return [{ ...issue, code: "custom" as const, message: "is neither a name nor a learner" }];
    }
    return flat(asObject).map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
  });
}

function describeIssue(issue: z.core.$ZodIssue, positions: Positions): string[] {
  const name = issue.path.map(String).join(".");
  if (issue.code === "unrecognized_keys") {
    const known = Object.keys(
      issue.path.length === 0 ? rosterSchema.shape : learner.options[1].shape,
    );
    return issue.keys.map((key) => {
      const at = positions.line([...issue.path, key]);
      return `${at}: "${key}" is not a known key here; ${suggestion(key, known, "docs/classroom.md")}`;
    });
  }
  const what = name === "" ? "the roster" : name;
  return [`${positions.line(issue.path)}: ${what}: ${issue.message}`];
}
