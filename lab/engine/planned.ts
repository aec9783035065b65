import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation";

import type { PlannedResource } from "../protocol/reservation";
import { UNKNOWN } from "../shared/unknown";

/** The resources that a preview will create in addition to the existing ones, collected event by event. */
export class Planned {
  private readonly created = new Map<string, PlannedResource>();
  /** Resources that are deleted before they are replaced, which frees their place. */
  private readonly freed = new Set<string>();
  private readonly zones = new Map<string, string>();

  event({ resOutputsEvent }: EngineEvent): void {
    if (resOutputsEvent === undefined) return;
    const { metadata } = resOutputsEvent;
    const { urn, op, type } = metadata;
    if (!type.startsWith("aws:")) return;
    const zone = textOf(metadata, "outputs", "availabilityZone");
    if (zone !== undefined) this.zones.set(urn, zone);
    if (op === "delete-replaced" && !this.created.has(urn)) this.freed.add(urn);
    if (!/^create(-replacement)?$/.test(op) || this.freed.has(urn)) return;
    this.created.set(urn, {
      urn,
      type,
      region: textOf(metadata, "outputs", "region"),
      zone: zone ?? this.zones.get(metadata.new?.parent ?? ""),
      subnetId: textOf(metadata, "inputs", "subnetId"),
    });
  }

  list(): PlannedResource[] {
    return [...this.created.values()];
  }
}

/** A property, if its value is known during the preview. */
function textOf(
  metadata: StepEventMetadata,
  of: "inputs" | "outputs",
  name: string,
): string | undefined {
  const value: unknown = metadata.new?.[of][name];
  return typeof value === "string" && value !== UNKNOWN ? value : undefined;
}
