import {
  MONTHS,
  numbersOf,
  parseRate as readRate,
  splitSchedule,
  WEEKDAYS,
} from "../../policies/cost/scheduleExpression";

/**
 * When something is due: at a rate from its start, at the minutes of a cron expression, or once.
 */
export type Schedule =
  | { readonly kind: "rate"; readonly everyMs: number }
  | { readonly kind: "cron"; readonly cron: Cron; readonly timeZone: string }
  | { readonly kind: "at"; readonly time: Date };

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
/** A leap day on a given weekday recurs within 40 years; what is not due by then never is. */
const DAYS_LOOKED_AT = 41 * 366;

/**
 * Parses `rate(5 minutes)` or `cron(0 3 * * ? *)`; undefined if EventBridge would reject it. With a time zone, it is a
 * schedule of EventBridge Scheduler, which also accepts `at(2026-01-31T09:00:00)`, and rates whose unit does not match
 * their number.
 *
 * Source: Amazon EventBridge user guide, "Setting a schedule pattern for scheduled rules (legacy)"; EventBridge
 * Scheduler user guide, "Schedule types in EventBridge Scheduler".
 *
 * @param timeZone an IANA name. @default UTC
 */
export function parseSchedule(expression: string, timeZone?: string): Schedule | undefined {
  const { kind, body } = splitSchedule(expression);
  if (kind === "rate") return parseRate(body, timeZone === undefined);
  if (kind === "at") return timeZone === undefined ? undefined : parseAt(body, timeZone);
  const cron = kind === "cron" ? parseCron(body) : undefined;
  return cron && { kind: "cron", cron, timeZone: timeZone ?? "UTC" };
}

/**
 * When it is next due.
 *
 * @param since when the schedule started; rates count from there.
 * @returns undefined if it is never due again.
 */
export function nextTime(schedule: Schedule, after: Date, since: Date): Date | undefined {
  if (schedule.kind === "at") return schedule.time > after ? schedule.time : undefined;
  if (schedule.kind === "cron") {
    const { cron, timeZone } = schedule;
    const local = nextOf(cron, new Date(after.getTime() + offsetMs(timeZone, after)));
    return local && fromLocal(local, timeZone);
  }
  if (after < since) return since;
  const passed = Math.floor((after.getTime() - since.getTime()) / schedule.everyMs);
  return new Date(since.getTime() + (passed + 1) * schedule.everyMs);
}

/** Whether it is the IANA name of a known time zone. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** `2026-01-31T09:00:00`, in the time zone's local time. */
function parseAt(body: string, timeZone: string): Schedule | undefined {
  const local = new Date(`${body}Z`);
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(body) && !Number.isNaN(local.getTime());
  if (!isTime || !isTimeZone(timeZone)) return undefined;
  return { kind: "at", time: fromLocal(local, timeZone) };
}

/** A time zone's offset from UTC at a time. */
function offsetMs(timeZone: string, at: Date): number {
  if (timeZone === "UTC" || !isTimeZone(timeZone)) return 0;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  const parts = format.formatToParts(at).map(({ type, value }) => [type, Number(value)] as const);
  const { year = 0, month = 1, day, hour, minute, second } = Object.fromEntries(parts);
  const local = Date.UTC(year, month - 1, day, hour, minute, second);
  return local - Math.floor(at.getTime() / 1000) * 1000;
}

/**
 * Converts a local time to a time; one that the clocks skip is converted as if they did not.
 * @param local the local time, represented as if it were UTC
 */
function fromLocal(local: Date, timeZone: string): Date {
  const guess = local.getTime() - offsetMs(timeZone, local);
  return new Date(local.getTime() - offsetMs(timeZone, new Date(guess)));
}

/** @param isStrict whether the unit's number must match the value: `1 minute`, `2 minutes` */
function parseRate(body: string, isStrict: boolean): Schedule | undefined {
  const rate = readRate(body);
  if (rate === undefined) return undefined;
  if (isStrict && (rate.value === 1) === rate.isPlural) return undefined;
  return { kind: "rate", everyMs: rate.value * UNIT_MS[rate.unit] };
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

/** One of the two fields must be `?`, since only one may specify the days. */
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
