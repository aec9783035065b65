import type { PlaneEvent } from "../../runtime/dataplane/events";
import { lastPart } from "../../shared/lastPart";

/**
 * What happened, as the terminal that serves says it; undefined for what its status alone shows, such as each of the
 * states that a task passes on its way.
 */
export function eventLine({
  source,
  resource,
  message,
}: Pick<PlaneEvent, "source" | "resource" | "message">): string | undefined {
  if (source !== "task") return `${resource}: ${message}`;
  if (!/^(RUNNING|STOPPED)\b/.test(message)) return undefined;
  // By its id, as the service names it: the ARN says nothing more that tells it from others.
  return `task ${lastPart(resource)}: ${message}`;
}
