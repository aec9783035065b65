import { prices } from "./prices";
import { MONTHS, numbersOf, parseRate, splitSchedule, WEEKDAYS } from "./scheduleExpression";

/** Days in a month of 730 hours. */
const daysPerMonth = prices.hoursPerMonth / 24;

const unitHours = { minute: 1 / 60, hour: 1, day: 24 } as const;

/**
 * How many times a schedule of EventBridge or its Scheduler runs in a month: `rate(…)`, `cron(…)` or `at(…)`.
 *
 * @returns undefined for anything else.
 */
export function runsPerMonth(expression: string): number | undefined {
  const { kind, body } = splitSchedule(expression);
  if (kind === "at") return 1;
  if (kind === "cron") return cronRuns(body.split(" "));
  const rate = kind === "rate" ? parseRate(body) : undefined;
  return rate && prices.hoursPerMonth / (rate.value * unitHours[rate.unit]);
}

function cronRuns(fields: readonly string[]): number | undefined {
  if (fields.length !== 6) return undefined;
  const [minutes, hours, dayOfMonth, months, dayOfWeek] = fields;
  const days =
    dayOfMonth === "?"
      ? (daysPerMonth * countOf(dayOfWeek, 1, 7, WEEKDAYS)) / 7
      : Math.min(daysPerMonth, countOf(dayOfMonth, 1, 31));
  return (
    countOf(minutes, 0, 59) * countOf(hours, 0, 23) * days * (countOf(months, 1, 12, MONTHS) / 12)
  );
}

/** How many values a field has; 1 if it is not understood, such as the last day of a month. */
function countOf(field: string | undefined, ...range: [number, number, string[]?]): number {
  return numbersOf(field, ...range)?.size ?? 1;
}
