/**
 * When something is due: every so often from its beginning, at the minutes that a cron expression
 * names, in UTC unless there is a time zone, or once.
 */
export type Schedule =
  | { readonly kind: "rate"; readonly everyMs: number }
  | { readonly kind: "cron"; readonly cron: Cron; readonly timeZone?: string }
  | { readonly kind: "once"; readonly at: Date };

interface Cron {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly years: ReadonlySet<number>;
  readonly isDay: (date: Date) => boolean;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const UNIT_MS = { minute: MINUTE_MS, hour: 60 * MINUTE_MS, day: DAY_MS } as const;
const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
/** A leap day on one weekday comes again after 40 years at most; what is not due by then never is. */
const DAYS_LOOKED_AT = 41 * 366;

/**
 * Reads `rate(5 minutes)` or `cron(0 3 * * ? *)`; undefined if EventBridge would refuse it.
 *
 * Source: Amazon EventBridge user guide, "Setting a schedule pattern for scheduled rules (legacy)".
 */
export function parseSchedule(expression: string): Schedule | undefined {
  const [, kind, body = ""] = /^(rate|cron)\((.+)\)$/.exec(expression) ?? [];
  if (kind === "rate") return parseRate(body);
  const cron = kind === "cron" ? parseCron(body) : undefined;
  return cron && { kind: "cron", cron };
}

/**
 * Reads what EventBridge Scheduler takes: the same in a time zone, rates whose unit does not go with their number, and
 * `at(2026-12-01T03:00:00)`; undefined if it would refuse it.
 *
 * Source: EventBridge Scheduler user guide, "Schedule types on EventBridge Scheduler".
 */
export function parseSchedulerExpression(
  expression: string,
  timeZone: string,
): Schedule | undefined {
  const [, moment] = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/.exec(expression) ?? [];
  if (moment !== undefined) {
    const wall = new Date(`${moment}Z`);
    return isNaN(wall.getTime()) ? undefined : { kind: "once", at: instantOf(wall, timeZone) };
  }
  const schedule = parseSchedule(
    expression.replace(
      /^rate\((\d+) (minute|hour|day)s?\)$/,
      (_, value: string, unit: string) => `rate(${value} ${unit}${value === "1" ? "" : "s"})`,
    ),
  );
  return schedule?.kind === "cron" ? { ...schedule, timeZone } : schedule;
}

export function isTimeZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone }).format() !== "";
  } catch {
    return false;
  }
}

/** What clocks in a time zone show at an instant, as if it were UTC. */
function wallOf(instant: Date, timeZone: string): Date {
  const parts = new Intl.DateTimeFormat("en", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(instant);
  const value = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  return new Date(
    Date.UTC(
      value("year"),
      value("month") - 1,
      value("day"),
      value("hour"),
      value("minute"),
      value("second"),
    ),
  );
}

/** The instant at which clocks in a time zone show a time; where they skip it, the one that it would have been. */
function instantOf(wall: Date, timeZone: string): Date {
  const offsetAt = (instant: Date) => wallOf(instant, timeZone).getTime() - instant.getTime();
  const guess = new Date(wall.getTime() - offsetAt(wall));
  return new Date(wall.getTime() - offsetAt(guess));
}

/**
 * When it is due next.
 *
 * @param since when the schedule began: rates count from there.
 * @returns undefined if it is never due again.
 */
export function nextTime(schedule: Schedule, after: Date, since: Date): Date | undefined {
  if (schedule.kind === "once") return schedule.at > after ? schedule.at : undefined;
  if (schedule.kind === "cron") {
    const { cron, timeZone = "UTC" } = schedule;
    if (timeZone === "UTC") return nextOf(cron, after);
    const wall = nextOf(cron, wallOf(after, timeZone));
    return wall && instantOf(wall, timeZone);
  }
  const passed = Math.floor((after.getTime() - since.getTime()) / schedule.everyMs);
  return new Date(since.getTime() + (passed + 1) * schedule.everyMs);
}

/** The unit's number goes with the value: `1 minute`, `2 minutes`. */
function parseRate(body: string): Schedule | undefined {
  const [, value = "", unit, plural] = /^([1-9]\d*) (minute|hour|day)(s?)$/.exec(body) ?? [];
  if (unit === undefined || (value === "1") !== (plural === "")) return undefined;
  return { kind: "rate", everyMs: Number(value) * UNIT_MS[unit as keyof typeof UNIT_MS] };
}

function parseCron(body: string): Cron | undefined {
  const [minute, hour, dayOfMonth, month, dayOfWeek, year, ...rest] = body.split(" ");
  if (year === undefined || rest.length > 0) return undefined;
  const minutes = numbersOf(minute, 0, 59);
  const hours = numbersOf(hour, 0, 23);
  const months = numbersOf(month, 1, 12, MONTHS);
  const years = numbersOf(year, 1970, 2199);
  const isDay = dayTest(dayOfMonth ?? "", dayOfWeek ?? "");
  if (!minutes || !hours || !months || !years || !isDay) return undefined;
  return { minutes, hours, months, years, isDay };
}

/** One of the two fields must be `?`, for only one may say which days. */
function dayTest(dayOfMonth: string, dayOfWeek: string): Cron["isDay"] | undefined {
  if (dayOfMonth === "?") return dayOfWeek === "?" ? undefined : weekdayTest(dayOfWeek);
  return dayOfWeek === "?" ? monthDayTest(dayOfMonth) : undefined;
}

function weekdayTest(field: string): Cron["isDay"] | undefined {
  const weekday = (date: Date): number => date.getUTCDay() + 1;
  const [, day = "", rank] = /^(\w+)#([1-5])$/.exec(field) ?? [];
  const [, last = ""] = /^(\w*)L$/.exec(field) ?? [];
  const names = numbersOf(day || last || (field === "L" ? "7" : field), 1, 7, WEEKDAYS);
  if (!names) return undefined;
  return (date) => {
    if (!names.has(weekday(date))) return false;
    if (rank !== undefined) return Math.ceil(date.getUTCDate() / 7) === Number(rank);
    return last === "" || date.getUTCDate() + 7 > lastDayOf(date);
  };
}

function monthDayTest(field: string): Cron["isDay"] | undefined {
  if (field === "L") return (date) => date.getUTCDate() === lastDayOf(date);
  const [, nearest] = /^(\d+)W$/.exec(field) ?? [];
  const days = numbersOf(nearest ?? field, 1, 31);
  if (!days) return undefined;
  if (nearest === undefined) return (date) => days.has(date.getUTCDate());
  return (date) => date.getUTCDate() === weekdayNear(Number(nearest), date);
}

/** The weekday nearest to a day of the date's month, in that month. */
function weekdayNear(day: number, date: Date): number {
  const last = lastDayOf(date);
  if (day > last) return 0;
  const weekday = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), day)).getUTCDay();
  if (weekday === 6) return day === 1 ? 3 : day - 1;
  if (weekday === 0) return day === last ? day - 2 : day + 1;
  return day;
}

function lastDayOf(date: Date): number {
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
}

/** What a field names: `*`, numbers, ranges, steps, and lists of them; undefined if it names nothing. */
function numbersOf(
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

function nextOf({ minutes, hours, months, years, isDay }: Cron, after: Date): Date | undefined {
  const start = Math.floor(after.getTime() / DAY_MS) * DAY_MS;
  for (let i = 0; i < DAYS_LOOKED_AT; i++) {
    const day = new Date(start + i * DAY_MS);
    if (!years.has(day.getUTCFullYear()) || !months.has(day.getUTCMonth() + 1)) continue;
    if (!isDay(day)) continue;
    for (const hour of [...hours].sort((one, other) => one - other)) {
      for (const minute of [...minutes].sort((one, other) => one - other)) {
        const time = day.getTime() + (hour * 60 + minute) * MINUTE_MS;
        if (time > after.getTime()) return new Date(time);
      }
    }
  }
  return undefined;
}
