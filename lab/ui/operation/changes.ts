import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation";

import { type PropertyDifference, differencesOf } from "./differences";

/** What an operation does to a resource; the steps of a replacement count as one. */
export type Change = "create" | "update" | "replace" | "delete" | "read" | "import" | "same";

/** A resource in an operation. */
export interface ChangedResource {
  urn: string;
  /** As in the documentation: `aws:ecs:Service`. */
  type: string;
  name: string;
  /** URN of its parent; absent for the stack. */
  parent?: string;
  isComponent: boolean;
  change: Change;
  differences: PropertyDifference[];
}

/** What an operation does to a stack's resources, collected event by event. */
export class Changes {
  private readonly resources = new Map<string, ChangedResource>();
  private readonly done = new Set<string>();

  event({ resourcePreEvent, resOutputsEvent }: EngineEvent): void {
    const metadata = resourcePreEvent?.metadata ?? resOutputsEvent?.metadata;
    if (metadata === undefined || isLeftOut(metadata)) return;
    const { urn } = metadata;
    const known = this.resources.get(urn);
    const change = stronger(changeOf(metadata), known?.change);
    // A resource may have several steps (refreshed, then changed; or replaced): a last step without differences must
    // not hide earlier ones.
    const differences = differencesOf(metadata);
    this.resources.set(urn, {
      urn,
      type: typeOf(metadata.type),
      name: nameOf(urn),
      parent: metadata.new?.parent ?? metadata.old?.parent ?? known?.parent,
      isComponent: (metadata.new ?? metadata.old)?.custom !== true,
      change,
      differences: differences.length > 0 ? differences : (known?.differences ?? []),
    });
    if (resOutputsEvent && change !== "same") this.done.add(urn);
  }

  /** Every resource that the operation handled, sorted by name. */
  list(): ChangedResource[] {
    return [...this.resources.values()].sort((one, other) =>
      one.name.localeCompare(other.name, "en", { numeric: true }),
    );
  }

  /** How many resources have been changed so far. */
  get doneCount(): number {
    return this.done.size;
  }
}

/** Neither the stack nor the default providers that the engine creates are resources of the program. */
function isLeftOut({ type, urn }: StepEventMetadata): boolean {
  if (type === "pulumi:pulumi:Stack") return true;
  return type.startsWith("pulumi:providers:") && /^default(_|$)/.test(nameOf(urn));
}

/** The name of a resource: the end of its URN. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** `aws:ecs:Service` for the token `aws:ecs/service:Service`. */
export function typeOf(token: string): string {
  return token.replace(/\/[^:]*/, "");
}

const order: readonly Change[] = [
  "same",
  "read",
  "import",
  "update",
  "delete",
  "create",
  "replace",
];

function stronger(one: Change, other: Change = "same"): Change {
  return order.indexOf(other) > order.indexOf(one) ? other : one;
}

/** Source: OpType in sdk/nodejs/automation/stack.ts. */
function changeOf({ op }: StepEventMetadata): Change {
  switch (op) {
    case "replace":
    case "create-replacement":
    case "import-replacement":
    case "read-replacement":
      return "replace";
    case "create":
    case "update":
    case "delete":
    case "import":
    case "read":
      return op;
    // A complete replacement also reports its other steps; this step alone finishes an earlier replacement.
    case "delete-replaced":
    case "discard-replaced":
    case "discard":
      return "delete";
    case "same":
    case "refresh":
    case "remove-pending-replace":
      return "same";
    default:
      return "update";
  }
}
