import { field, isFields, items, toText, UNKNOWN, type Value } from "../../graph/value";
import { documentPlaces, json, type CredentialPlace } from "./documents";

const isOverrides = (key: string): boolean => key.toLowerCase() === "containeroverrides";

/** All overrides of containers in a value, at any depth: of a task as of a job, in ECS's names as in an SDK's. */
function overridesIn(value: Value): readonly Value[] {
  if (Array.isArray(value)) return (value as readonly Value[]).flatMap(overridesIn);
  if (!isFields(value)) return [];
  return Object.entries(value).flatMap(([key, part]) =>
    isOverrides(key) ? items(part) : overridesIn(part),
  );
}

/** What a task gets in place of its task definition's: overrides as ECS's API has them, or as a provider does. */
export function overridePlaces(overrides: Value): readonly CredentialPlace[] {
  if (overrides === UNKNOWN) return [{ where: "The target", what: "overrides", value: UNKNOWN }];
  return overridesIn(overrides).flatMap((container) => {
    const name = field(container, "name") ?? field(container, "Name");
    const where = `The override${typeof name === "string" ? ` of ${toText(name)}` : ""}`;
    return documentPlaces(where, container, "overrides");
  });
}

/** All that a target is given: overrides, and what else stands in the text, as calls of the AWS SDK and events have. */
export function inputPlaces(
  input: Value,
  what = "input",
  where = "The target",
): readonly CredentialPlace[] {
  if (input === UNKNOWN) return [{ where, what, value: UNKNOWN }];
  const document = typeof input === "string" ? (json(input) ?? input) : input;
  return [...overridePlaces(document), ...documentPlaces(where, document, what, isOverrides)];
}

/** The same in a template, in which `<name>`, quoted or not, stands for a part of the event. */
export function templatePlaces(template: Value): readonly CredentialPlace[] {
  return typeof template === "string"
    ? inputPlaces(template.replace(/(?<=[:,[]\s*)<[^>]*>/g, '""'))
    : inputPlaces(template);
}
