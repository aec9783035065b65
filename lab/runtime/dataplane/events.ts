/** An event of the running lab, for a log that people read. */
export interface PlaneEvent {
  /** When it happened, ISO 8601 in UTC. */
  readonly at: string;
  /** The kind of resource it happened to. */
  readonly source:
    | "service"
    | "service-scaling"
    | "event-rule"
    | "schedule"
    | "task"
    | "auto-scaling-group"
    | "capacity-provider"
    | "target-group"
    | "load-balancer"
    | "account";
  /** Name or ARN of the resource. */
  readonly resource: string;
  readonly message: string;
}

/** Takes an event without its time. */
export type ReportEvent = (event: Omit<PlaneEvent, "at">) => void;
