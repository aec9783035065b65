import type { ReportEvent } from "../../../dataplane/events";
import type { ServiceStatus } from "../status";

const EVENTS_KEPT = 100;

/** A service's events, as listed by `aws ecs describe-services`. */
export class ServiceEvents {
  private readonly events: ServiceStatus["events"][number][] = [];

  constructor(
    private readonly serviceName: string,
    private readonly report: ReportEvent,
  ) {}

  say(message: string): void {
    const text = `(service ${this.serviceName}) ${message}`;
    this.events.push({ at: new Date().toISOString(), message: text });
    if (this.events.length > EVENTS_KEPT) this.events.shift();
    this.report({ source: "service", resource: this.serviceName, message: text });
  }

  /** Newest first. */
  recent(): ServiceStatus["events"] {
    return [...this.events].reverse();
  }
}
