import type { PlaneEvent } from "../../runtime/dataplane/events";
import { lastPart } from "../../shared/lastPart";

/**
 * An event as a line for the serving terminal; undefined for events that only the status shows, such as each state that
 * a task passes through.
 */
export function eventLine({
  source,
  resource,
  message,
}: Pick<PlaneEvent, "source" | "resource" | "message">): string | undefined {
  if (source !== "task") return `${resource}: ${message}`;
  if (!/^(RUNNING|STOPPED)\b/.test(message)) return undefined;
  // Named by its ID, as the service's events do; the full ARN would add nothing.
  return `task ${lastPart(resource)}: ${message}`;
}
