import colors from "picocolors";

import { nearestName } from "../../../../components/shared/nearestName";
import { readProject } from "../../../engine/project";
import { openHost } from "../../../host/openHost";
import { repository } from "../../../shared/repository";
import { type CheckedChapter, checkedChapters } from "./chapters";
import { ask, type LearnerStack } from "./stackView";

export interface CheckOptions {
  /** The lab's state folder. */
  state: string;
  stack: string;
  /** `1`, `01`, `fargate` or `01-fargate`. */
  chapter: string;
  /** Whether to print a JSON document instead of text for people. */
  json?: boolean;
}

/** The result of a check. */
export interface CheckReport {
  readonly chapter: string;
  readonly stack: string;
  readonly passed: boolean;
  readonly points: readonly {
    readonly point: string;
    readonly reached: boolean;
    /** What to do; absent once the point is reached. */
    readonly todo?: string;
  }[];
}

/**
 * Reports which points of a chapter a learner's stack has reached.
 *
 * @returns whether all of them are reached
 * @throws Error if there is no such chapter; it suggests a similar one
 */
export async function check({ chapter, json, stack, state }: CheckOptions): Promise<boolean> {
  const checked = chapterNamed(chapter);
  const { name: project } = await readProject(repository);
  const host = await openHost(state);
  try {
    const [status, resources] = await Promise.all([host.status(), host.resources(stack, project)]);
    const report = await judge(checked, { stack, status, resources, ask });
    process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : describeCheck(report));
    return report.passed;
  } finally {
    await host.close();
  }
}

/**
 * A chapter by its number, with or without a zero, by its name, or by both.
 * @throws Error that lists the chapters, and suggests a similar one
 */
export function chapterNamed(
  given: string,
  chapters: readonly CheckedChapter[] = checkedChapters,
): CheckedChapter {
  const namesOf = ({ page }: CheckedChapter) => {
    const [, number = "", name = ""] = /^(\d+)-(.+)$/.exec(page) ?? [];
    return [page, number, String(Number(number)), name];
  };
  const wanted = given.replace(/\.md$/, "").toLowerCase();
  const found = chapters.find((one) => namesOf(one).includes(wanted));
  if (found !== undefined) return found;
  const near = nearestName(given, chapters.flatMap(namesOf));
  throw new Error(
    `no chapter ${given} to check${near === undefined ? "" : `, did you mean ${near}?`}; ` +
      `there are ${chapters.map(({ page }) => page).join(", ")}`,
  );
}

/** Checks each point of a chapter; few can be checked while the lab is not being served. */
export async function judge(chapter: CheckedChapter, view: LearnerStack): Promise<CheckReport> {
  const isServed = view.status.plane !== undefined;
  const served = {
    says: "the lab is being served",
    isReached: () => isServed,
    todo: () => "npm start, in a terminal of its own",
  };
  const canBeSeen = isServed || chapter.isServedOrNot === true;
  const points = chapter.isServedOrNot === true ? chapter.points : [served, ...chapter.points];
  const judged = await Promise.all(
    points.map(async (point) => {
      const reached = (canBeSeen || point === served) && (await point.isReached(view));
      return {
        point: point.says,
        reached,
        ...(reached || (!canBeSeen && point !== served) ? {} : { todo: point.todo(view) }),
      };
    }),
  );
  return {
    chapter: chapter.page,
    stack: view.stack,
    passed: judged.every(({ reached }) => reached),
    points: judged,
  };
}

/** A report as text for a terminal. */
export function describeCheck({ chapter, points, stack }: CheckReport): string {
  const lines = points.flatMap(({ point, reached, todo }) => [
    `${reached ? colors.green("✓") : colors.red("✗")} ${point}`,
    ...(todo === undefined ? [] : [`    ${todo}`]),
  ]);
  const count = points.filter(({ reached }) => reached).length;
  const end = `Chapter ${chapter}: ${count} of ${points.length} points reached on stack ${stack}`;
  return `${[...lines, end].join("\n")}\n`;
}
