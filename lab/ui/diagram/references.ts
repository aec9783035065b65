import { field, items, UNKNOWN, type Value } from "../../../policies/graph/value";
import type { StackResource } from "./state";

/** Finds resources of a stack by the references of others to them. */
export class References {
  private readonly byUrn: ReadonlyMap<string, StackResource>;

  constructor(readonly resources: readonly StackResource[]) {
    this.byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  }

  ofType(types: readonly string[]): StackResource[] {
    return this.resources.filter(({ type }) => types.includes(type));
  }

  /**
   * The resources of `types` that a property refers to: by ID, ARN or name, or, if a value is not known yet, those that
   * it depends on.
   *
   * @param value The part of the property that refers to them. @default all of it
   */
  referred(
    resource: StackResource,
    property: string,
    types: readonly string[],
    value: Value = resource.props[property],
  ): StackResource[] {
    const candidates = this.ofType(types);
    const values = items(value);
    const named = candidates.filter((candidate) =>
      values.some((text) => typeof text === "string" && isNamed(candidate, text)),
    );
    if (!values.includes(UNKNOWN)) return named;
    const behind = this.behind(resource, property).filter(
      (other) => types.includes(other.type) && !named.includes(other),
    );
    return [...named, ...behind];
  }

  /** The resources that a property's value depends on. */
  behind(resource: StackResource, property: string): StackResource[] {
    return (resource.propertyDependencies[property] ?? [])
      .map((urn) => this.byUrn.get(urn))
      .filter((other) => other !== undefined);
  }
}

// The property that holds a resource's name differs between AWS services.
const nameProperties = ["name", "repositoryName", "bucket", "deploymentGroupName"];

function isNamed({ props }: StackResource, text: string): boolean {
  return text !== "" && ["id", "arn", ...nameProperties].some((name) => props[name] === text);
}

/** A text property, or undefined if it is absent, unknown or not a text. */
export function textOf(value: Value, ...path: readonly string[]): string | undefined {
  const found = field(value, ...path);
  return typeof found === "string" && found !== "" ? found : undefined;
}

/** Shown for a value that only the update will determine. */
export const UNKNOWN_TEXT = "(known after the update)";

/** A value as shown in the picture. */
export function shown(value: Value): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return value === UNKNOWN ? UNKNOWN_TEXT : "-";
}

/** The physical name that the program gave a resource, or its name in the program if AWS chose the physical one. */
export function titleOf({ name, inputs }: StackResource): string {
  return (
    nameProperties.map((property) => textOf(inputs[property])).find((text) => text !== undefined) ??
    name
  );
}
