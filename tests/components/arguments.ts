import { readFileSync } from "node:fs";
import * as path from "node:path";

import type {
  EnumSchema,
  ObjectSchema,
  PackageSchema,
  PropertySchema,
  TypeSchema,
} from "../../components/provider/schema";
import { repository } from "../../lab/shared/repository";

/** An argument of a component, or of something in one. */
export interface Argument {
  /** `deployment.canary.percent`; `sidecars[].port` of a list's items, `egress.*.port` of what has names of its own. */
  readonly path: string;
  readonly property: PropertySchema;
  readonly isRequired: boolean;
  /** The object that it is, where it is one. */
  readonly object: ObjectSchema | undefined;
  /** The choice that it is, where it is one. */
  readonly choice: EnumSchema | undefined;
  /** Whether it is a component, or what is needed of one. */
  readonly isComponent: boolean;
}

/**
 * The components' schema as it is kept beside them, which tests of what is in it read: to make it anew takes the compiler
 * seconds, and tests/components/provider/schema does so, and fails where the two differ.
 */
export function keptSchema(): PackageSchema {
  const text = readFileSync(path.join(repository, "components", "schema.json"), "utf8");
  return JSON.parse(text) as PackageSchema;
}

/** All arguments of a component, with those of objects after the object itself; objects of components are left out. */
export function argumentsOf(schema: PackageSchema, component: string): Argument[] {
  const resource = schema.resources[`ecs-handson:index:${component}`];
  if (!resource) throw new Error(`no ${component}`);
  const { inputProperties: properties, requiredInputs: required } = resource;
  return within(schema, { type: "object", properties, required }, "");
}

function within(
  schema: PackageSchema,
  { properties, required }: ObjectSchema,
  prefix: string,
): Argument[] {
  return Object.entries(properties).flatMap(([name, property]) => {
    const own = `${prefix}${name}`;
    const { type: held, suffix } = heldBy(property);
    const refs = [held.$ref, ...(held.oneOf ?? []).map(({ $ref }) => $ref)].flatMap(
      (one) => one ?? [],
    );
    const types = refs.flatMap((ref) => schema.types[ref.replace("#/types/", "")] ?? []);
    const object = types.find((type) => type.type === "object");
    const isComponent = refs.some((ref) => ref.startsWith("#/resources/"));
    const argument: Argument = {
      path: own,
      property,
      isRequired: required.includes(name),
      object,
      choice: types.find((type) => type.type === "string"),
      isComponent,
    };
    return [
      argument,
      ...(object === undefined || isComponent ? [] : within(schema, object, `${own}${suffix}.`)),
    ];
  });
}

/** What a list or a map holds, or the type itself. */
function heldBy({ items, additionalProperties, ...type }: TypeSchema): {
  type: TypeSchema;
  suffix: string;
} {
  if (items) return { type: items, suffix: "[]" };
  return additionalProperties ? { type: additionalProperties, suffix: ".*" } : { type, suffix: "" };
}
