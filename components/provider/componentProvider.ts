import * as pulumi from "@pulumi/pulumi";

import { componentArgs, foreignComponent } from "./componentArgs";
import type { ComponentSchema, PackageSchema } from "./schema";

/**
 * Builds the components of a schema from their classes for Pulumi's engine, with arguments from a program in any language.
 * A component that was built here can be an argument of another, as in TypeScript.
 *
 * The SDK's own component host reads their source with TypeScript at every start, and supports neither choices of
 * strings, nor functions that other languages lack, nor defaults.
 *
 * @param components classes by their name, among other things.
 */
export function componentProvider(
  schema: PackageSchema,
  components: Record<string, unknown>,
): pulumi.provider.Provider {
  const built = new Map<string, pulumi.ComponentResource>();
  const modules = new Set<string>();
  const keep = (urn: string, instance: pulumi.ComponentResource) => {
    built.set(urn, instance);
    // Callers that pass it as an argument refer to it by its own type, which is more precise than the schema's.
    const module = moduleOf(urn);
    if (modules.has(module)) return;
    modules.add(module);
    pulumi.runtime.registerResourceModule(schema.name, module, {
      version: schema.version,
      construct: (_name, _type, reference) => {
        const component = built.get(reference);
        if (component) return component;
        throw new Error(`${reference} ${foreignComponent}`);
      },
    });
  };
  return {
    version: schema.version,
    schema: servedSchema(schema),
    async construct(name, type, inputs, options) {
      const { component, Component } = classOf(type, schema, components);
      const args = await componentArgs(schema, component, inputs);
      const instance = new Component(name, args, options);
      keep(await urnOf(instance), instance);
      return { urn: instance.urn, state: outputsOf(instance, component) };
    },
  };
}

/** Every argument may be an Output; those that a component takes as plain values are awaited. */
function servedSchema(schema: PackageSchema): string {
  return JSON.stringify(schema, (key, value: unknown) =>
    key === "plain" && value === true ? undefined : value,
  );
}

/** `ecs` of `urn:pulumi:stack::project::ecs-handson:ecs:FargateService::name`, also of a child's. */
const moduleOf = (urn: string) => urn.split("::")[2]?.split("$").at(-1)?.split(":")[1] ?? "";

type ComponentClass = new (
  name: string,
  args: pulumi.Inputs,
  options: pulumi.ComponentResourceOptions,
) => pulumi.ComponentResource;

function classOf(
  type: string,
  { resources }: PackageSchema,
  components: Record<string, unknown>,
): { component: ComponentSchema; Component: ComponentClass } {
  const component = resources[type];
  const Component = components[type.split(":")[2] ?? ""];
  if (!component || typeof Component !== "function") {
    throw new Error(`no component ${type}; there are ${Object.keys(resources).join(", ")}`);
  }
  return { component, Component: Component as ComponentClass };
}

function urnOf({ urn }: pulumi.Resource): Promise<string> {
  return new Promise((resolve) => {
    urn.apply(resolve);
  });
}

function outputsOf(instance: pulumi.ComponentResource, { properties }: ComponentSchema) {
  const values = instance as unknown as Record<string, pulumi.Input<unknown>>;
  return Object.fromEntries(Object.keys(properties).map((name) => [name, values[name]]));
}
