import type { StackReport } from "../../host/stackReports";
import type { PlaneEvent } from "../../runtime/dataplane/events";

/** Something that happened, for the dashboard's log. */
export interface LoggedEvent {
  /** Counts from 1 since the lab started serving. */
  readonly id: number;
  /** ISO 8601 in UTC. */
  readonly at: string;
  readonly source: PlaneEvent["source"] | "stack";
  readonly resource: string;
  readonly message: string;
}

/** How many events are kept. */
const EVENTS_KEPT = 300;

/** The last events, oldest first: those of the planes, and operations on stacks. */
export class RecentEvents {
  private kept: LoggedEvent[] = [];
  private last = 0;
  /** When the last logged operation on each stack ended. */
  private readonly reported = new Map<string, string>();

  get events(): readonly LoggedEvent[] {
    return this.kept;
  }

  add(event: Omit<LoggedEvent, "id">): void {
    const { at, source, resource, message } = event;
    this.kept.push({ id: ++this.last, at, source, resource, message });
    if (this.kept.length > EVENTS_KEPT) this.kept = this.kept.slice(-EVENTS_KEPT);
  }

  /** Logs the operations that are not in the log yet. */
  addReports(reports: readonly StackReport[]): void {
    for (const report of reports) {
      if (this.reported.get(report.stack) === report.at) continue;
      this.reported.set(report.stack, report.at);
      const { at, stack } = report;
      this.add({ at, source: "stack", resource: stack, message: describe(report) });
    }
  }

  /** Those after the one with this id. */
  after(id: number): readonly LoggedEvent[] {
    return this.kept.filter((event) => event.id > id);
  }
}

function describe({ stack, operation, result, findings, errors }: StackReport): string {
  const refused = findings.filter(({ level }) => level === "mandatory").map(({ policy }) => policy);
  const why = [
    ...(refused.length > 0 ? [`refused by ${[...new Set(refused)].join(", ")}`] : []),
    ...(errors > 0 ? [`${errors} error${errors === 1 ? "" : "s"}`] : []),
  ];
  return `(stack ${stack}) ${operation} ${result}${why.length > 0 ? `: ${why.join("; ")}` : ""}`;
}
