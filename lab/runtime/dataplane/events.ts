/** Something that happened while the lab serves, for a log a person reads. */
export interface PlaneEvent {
  /** When, ISO 8601 in UTC. */
  readonly at: string;
  /** What kind of thing it happened to. */
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
  /** Name or ARN of that thing. */
  readonly resource: string;
  readonly message: string;
}

/** Takes an event without its time. */
export type Report = (event: Omit<PlaneEvent, "at">) => void;
