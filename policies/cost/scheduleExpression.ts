/** The parts of a schedule of EventBridge or its Scheduler: `rate(…)`, `cron(…)` or `at(…)`. */
export interface ScheduleParts {
  /** Undefined for anything else. */
  readonly kind?: "rate" | "cron" | "at";
  /** The text between the brackets. */
  readonly body: string;
}

export function splitSchedule(expression: string): ScheduleParts {
  const [, kind, body = ""] = /^(rate|cron|at)\((.+)\)$/.exec(expression) ?? [];
  return kind === undefined ? { body } : { kind: kind as "rate" | "cron" | "at", body };
}

/** How often, such as `5 minutes`. */
export interface Rate {
  readonly value: number;
  readonly unit: "minute" | "hour" | "day";
  /** Whether the unit is written in the plural. */
  readonly isPlural: boolean;
}

/** Parses the body of a rate. @returns undefined if it is not one */
export function parseRate(body: string): Rate | undefined {
  const [, value, unit, plural] = /^([1-9]\d*) (minute|hour|day)(s?)$/.exec(body) ?? [];
  if (unit === undefined) return undefined;
  return { value: Number(value), unit: unit as Rate["unit"], isPlural: plural === "s" };
}

export const MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(" ");
export const WEEKDAYS = "SUN MON TUE WED THU FRI SAT".split(" ");

/** The values of a field of a cron expression: `*`, numbers, ranges, steps, and lists of them; undefined if invalid. */
export function numbersOf(
  field = "",
  least: number,
  most: number,
  names: readonly string[] = [],
): Set<number> | undefined {
  const numberOf = (text: string): number => {
    const index = names.indexOf(text.toUpperCase());
    return index < 0 ? (/^\d+$/.test(text) ? Number(text) : Number.NaN) : index + least;
  };
  const numbers = new Set<number>();
  for (const part of field.split(",")) {
    const [range = "", step, ...rest] = part.split("/");
    const [from = "", to, ...more] = range.split("-");
    const first = range === "*" ? least : numberOf(from);
    const isOpen = range === "*" || (step !== undefined && to === undefined);
    const last = isOpen ? most : to === undefined ? first : numberOf(to);
    const by = step === undefined ? 1 : numberOf(step);
    const isRange = first >= least && first <= last && last <= most && by >= 1;
    if (!isRange || rest.length > 0 || more.length > 0) return undefined;
    for (let number = first; number <= last; number += by) numbers.add(number);
  }
  return numbers;
}
