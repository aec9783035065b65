import type { PlaneEvent, ReportEvent } from "../dataplane/events";

/** Listeners of the control plane. */
export class PlaneListeners {
  private readonly ofEvents = new Set<(event: PlaneEvent) => void>();
  private readonly ofChanges = new Set<() => void>();

  /** Calls `listener` for every event from now on. Returns a function that stops it. */
  onEvent(listener: (event: PlaneEvent) => void): () => void {
    this.ofEvents.add(listener);
    return () => this.ofEvents.delete(listener);
  }

  /** Calls `listener` whenever the status may have changed. Returns a function that stops it. */
  onChange(listener: () => void): () => void {
    this.ofChanges.add(listener);
    return () => this.ofChanges.delete(listener);
  }

  /** Reports an event. */
  readonly report: ReportEvent = (event) => {
    const stamped = { at: new Date().toISOString(), ...event };
    for (const listener of this.ofEvents) listener(stamped);
  };

  /** Reports that the status may have changed. */
  notify(): void {
    for (const listener of [...this.ofChanges]) listener();
  }
}
