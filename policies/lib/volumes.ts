import { field, isFields, toText, UNKNOWN, type Value } from "../graph/value";

/**
 * The path on the instance that a task definition's volume mounts: its own, or the one that Docker's local driver binds.
 * Source: Docker docs, "docker volume create", driver-specific options.
 */
export function hostPathOf(volume: Value): Value {
  const path = field(volume, "hostPath");
  const options = field(volume, "dockerVolumeConfiguration", "driverOpts");
  if (path !== undefined || !isFields(options)) return path ?? options;
  const { o: mounted, device } = options;
  if (mounted === UNKNOWN) return UNKNOWN;
  return /(^|,)r?bind(,|$)/.test(toText(mounted)) ? device : undefined;
}
