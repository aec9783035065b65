import { prices } from "./prices";

/** Days of a month of 730 hours. */
const daysPerMonth = prices.hoursPerMonth / 24;

const unitHours = { minute: 1 / 60, hour: 1, day: 24 } as const;

/**
 * How often something is due in a month by an expression of EventBridge or its Scheduler: `rate(…)`, `cron(…)` or
 * `at(…)`.
 *
 * @returns undefined for what is none of these.
 */
export function runsPerMonth(expression: string): number | undefined {
  const [, kind, body = ""] = /^(rate|cron|at)\((.+)\)$/.exec(expression) ?? [];
  if (kind === "at") return 1;
  if (kind === "cron") return cronRuns(body.split(" "));
  const [, value, unit] = /^([1-9]\d*) (minute|hour|day)s?$/.exec(body) ?? [];
  return unit === undefined
    ? undefined
    : prices.hoursPerMonth / (Number(value) * unitHours[unit as keyof typeof unitHours]);
}

function cronRuns(fields: readonly string[]): number | undefined {
  if (fields.length !== 6) return undefined;
  const [minutes = "", hours = "", dayOfMonth = "", months = "", dayOfWeek = ""] = fields;
  const days =
    dayOfMonth === "?"
      ? (daysPerMonth * countOf(dayOfWeek, 7)) / 7
      : Math.min(daysPerMonth, countOf(dayOfMonth, 31));
  return countOf(minutes, 60) * countOf(hours, 24) * days * (countOf(months, 12) / 12);
}

/** How many of `most` values a field names; what is not understood, such as a last day, is one. */
function countOf(field: string, most: number): number {
  return field
    .split(",")
    .map((part) => {
      const [range = "", step = "1"] = part.split("/");
      const [from = "", to] = range.split("-").map(indexOf);
      const isOpen = range === "*" || (to === undefined && part.includes("/"));
      const first = range === "*" ? 0 : Number(from);
      const width = isOpen ? most - first : to === undefined ? 1 : Number(to) - first + 1;
      const count = Math.ceil(width / Number(step));
      return count >= 1 ? count : 1;
    })
    .reduce((sum, count) => sum + count, 0);
}

const names = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const months = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(" ");

/** A number, of a day's or month's name its place. */
function indexOf(text: string): string {
  const upper = text.toUpperCase();
  const place = Math.max(names.indexOf(upper), months.indexOf(upper));
  return place < 0 ? text : String(place + 1);
}
