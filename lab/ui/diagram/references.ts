import { field, items, UNKNOWN, type Value } from "../../../policies/graph/value";
import type { StackResource } from "./state";

/** Finds resources of a stack by what others say of them. */
export class References {
  private readonly byUrn: ReadonlyMap<string, StackResource>;

  constructor(readonly resources: readonly StackResource[]) {
    this.byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  }

  ofType(types: readonly string[]): StackResource[] {
    return this.resources.filter(({ type }) => types.includes(type));
  }

  /**
   * The resources of `types` that a property names: by id, ARN or name, or, where a value is not known
   * yet, those that it comes from.
   *
   * @param value The part of the property that names them. @default all of it
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

  /** The resources from which a property's value comes. */
  behind(resource: StackResource, property: string): StackResource[] {
    return (resource.propertyDependencies[property] ?? [])
      .map((urn) => this.byUrn.get(urn))
      .filter((other) => other !== undefined);
  }
}

// What AWS calls the name of a resource differs from service to service.
const nameProperties = ["name", "repositoryName", "bucket", "deploymentGroupName"];

function isNamed({ props }: StackResource, text: string): boolean {
  return text !== "" && ["id", "arn", ...nameProperties].some((name) => props[name] === text);
}

/** A text property, or nothing if it is absent, unknown or something else. */
export function textOf(value: Value, ...path: readonly string[]): string | undefined {
  const found = field(value, ...path);
  return typeof found === "string" && found !== "" ? found : undefined;
}

/** What stands for a value that only the update will know. */
export const UNKNOWN_TEXT = "(known after the update)";

/** How a value reads in the picture. */
export function shown(value: Value): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return value === UNKNOWN ? UNKNOWN_TEXT : "-";
}

/** The physical name that the program gave a resource, or, if AWS chose one, the name in the program. */
export function titleOf({ name, inputs }: StackResource): string {
  return (
    nameProperties.map((property) => textOf(inputs[property])).find((text) => text !== undefined) ??
    name
  );
}
