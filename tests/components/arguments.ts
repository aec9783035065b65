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

/** An argument of a component, or of an object in one. */
export interface Argument {
  /** `deployment.canary.percent`; `sidecars[].port` for a list's items, `egress.*.port` for a map's values. */
  readonly path: string;
  readonly property: PropertySchema;
  readonly isRequired: boolean;
  /** Its object type, if it is an object. */
  readonly object: ObjectSchema | undefined;
  /** Its enum, if it is a choice. */
  readonly choice: EnumSchema | undefined;
  /** Whether it is a component, or an object with what is needed of one. */
  readonly isComponent: boolean;
}

/**
 * The components' schema as it is committed, for tests of its content: generating it takes the compiler seconds.
 * tests/components/provider/schema does so, and fails if the two differ.
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
