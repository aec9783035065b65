/**
 * Says that a text is not a schedule of EventBridge Scheduler or Application Auto Scaling, which share the syntax, or
 * nothing if it may be one; only AWS checks whether each field of a `cron` is in its range.
 *
 * @param key name of the argument.
 *
 * Source: EventBridge Scheduler user guide, "Schedule types on EventBridge Scheduler"; Application Auto Scaling API
 * reference, "PutScheduledAction", `Schedule`.
 */
export function scheduleExpressionProblem(key: string, expression: string): string | undefined {
  const [, kind, body = ""] = /^(rate|cron|at)\((.+)\)$/.exec(expression) ?? [];
  switch (kind) {
    case "rate":
      return /^[1-9]\d* (minute|hour|day)s?$/.test(body)
        ? undefined
        : `${key} "${expression}": a rate must be a whole number and minutes, hours or days`;
    case "at":
      return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/.test(body) && !isNaN(Date.parse(`${body}Z`))
        ? undefined
        : `${key} "${expression}": a time must be written as in at(2026-12-01T03:00:00)`;
    case "cron":
      return cronProblem(body.split(" "))?.replace(/^/, `${key} "${expression}": `);
    default:
      return `${key} "${expression}" must be rate(…), cron(…) or at(…)`;
  }
}

function cronProblem(fields: readonly string[]): string | undefined {
  if (fields.length !== 6) {
    return `a cron must have six fields (minutes, hours, day of month, month, day of week, year), not ${fields.length}`;
  }
  const [, , dayOfMonth, , dayOfWeek] = fields;
  return (dayOfMonth === "?") === (dayOfWeek === "?")
    ? "either day of month or day of week must be ?, and the other must not"
    : undefined;
}

/** Says that a text is not a name of a time zone, or nothing if it is one. */
export function timeZoneProblem(key: string, zone: string): string | undefined {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone }).format();
    return undefined;
  } catch {
    return `${key} "${zone}" is not a time zone such as Asia/Tokyo`;
  }
}
