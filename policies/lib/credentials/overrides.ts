import { field, isFields, items, toText, UNKNOWN, type Value } from "../../graph/value";
import { documentPlaces, json, type CredentialPlace } from "./documents";

const isOverrides = (key: string): boolean => key.toLowerCase() === "containeroverrides";

/** All container overrides in a value, at any depth: of tasks and jobs, in the names of ECS and of the SDKs. */
function overridesIn(value: Value): readonly Value[] {
  if (Array.isArray(value)) return (value as readonly Value[]).flatMap(overridesIn);
  if (!isFields(value)) return [];
  return Object.entries(value).flatMap(([key, part]) =>
    isOverrides(key) ? items(part) : overridesIn(part),
  );
}

/** Places in a task's overrides, in the form of ECS's API or of a provider. */
export function overridePlaces(overrides: Value): readonly CredentialPlace[] {
  if (overrides === UNKNOWN) return [{ where: "The target", what: "overrides", value: UNKNOWN }];
  return overridesIn(overrides).flatMap((container) => {
    const name = field(container, "name") ?? field(container, "Name");
    const where = `The override${typeof name === "string" ? ` of ${toText(name)}` : ""}`;
    return documentPlaces(where, container, "overrides");
  });
}

/** Places in a target's input: overrides, and everything else, such as parameters of an AWS SDK call or an event. */
export function inputPlaces(
  input: Value,
  what = "input",
  where = "The target",
): readonly CredentialPlace[] {
  if (input === UNKNOWN) return [{ where, what, value: UNKNOWN }];
  const document = typeof input === "string" ? (json(input) ?? input) : input;
  return [...overridePlaces(document), ...documentPlaces(where, document, what, isOverrides)];
}

/** The same for a template, in which `<name>`, quoted or not, stands for part of the event. */
export function templatePlaces(template: Value): readonly CredentialPlace[] {
  return typeof template === "string"
    ? inputPlaces(template.replace(/(?<=[:,[]\s*)<[^>]*>/g, '""'))
    : inputPlaces(template);
}
