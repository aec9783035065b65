import {
  field,
  type Fields,
  isFields,
  items,
  plain,
  toText,
  UNKNOWN,
  type Value,
} from "../../graph/value";
import { containersOf } from "../containers";
import type { Report } from "../rule";
import { credentialIn, credentialOf, mustBeCredential, type Wanted } from "./find";

/** A value in which no credential may stand. */
export interface Place {
  /** Where it is, as the beginning of a sentence: `The container web`. */
  readonly where: string;
  /** What it is there, e.g. `the variable LOG_LEVEL`. */
  readonly what: string;
  /** Its name, if it has one of its own. */
  readonly name?: string;
  readonly value: Value;
}

/** Values under names, such as log options. */
function named(where: string, kind: string, values: Value): readonly Place[] {
  if (!isFields(values)) return [{ where, what: `the ${kind}s`, value: values }];
  return Object.entries(values).map(([name, value]) => ({
    where,
    what: `the ${kind} ${name}`,
    name,
    value,
  }));
}

/** A list of `{ name, value }`, whose value may go by another key; one without a known name may hold anything. */
export function variables(where: string, list: Value, key = "value"): readonly Place[] {
  return items(list).map((variable) => {
    const name = field(variable, "name");
    return name === UNKNOWN
      ? { where, what: "a variable", value: UNKNOWN }
      : {
          where,
          what: `the variable ${toText(name)}`,
          name: toText(name),
          value: field(variable, key),
        };
  });
}

/** A text, or a list of words of a command. */
function command(where: string, what: string, value: Value): Place {
  return { where, what, value: words(items(value)) };
}

/** A command's words in one line; one that is not known hides the others, which may belong to it. */
const words = (list: readonly Value[]): Value =>
  list.includes(UNKNOWN) ? UNKNOWN : list.map(toText).join(" ");

/** Where a container of a task definition, or an override of one, has text. */
function containerPlaces(where: string, get: (...path: string[]) => Value): readonly Place[] {
  return [
    ...variables(where, get("environment")),
    command(where, "command", get("command")),
    command(where, "entryPoint", get("entryPoint")),
    command(where, "the health check's command", get("healthCheck", "command")),
    ...named(where, "log option", get("logConfiguration", "options")),
    ...named(where, "Firelens option", get("firelensConfiguration", "options")),
    ...named(where, "Docker label", get("dockerLabels")),
  ];
}

/** The containers of a task definition, and the options of its volumes. */
export function taskPlaces(props: Fields, report: Report): readonly Place[] {
  const volumes = items(props.volumes).flatMap((volume) => {
    const docker = field(volume, "dockerVolumeConfiguration");
    const where = `The volume ${toText(field(volume, "name"))}`;
    return [
      ...named(where, "driver option", field(docker, "driverOpts")),
      ...named(where, "label", field(docker, "labels")),
    ];
  });
  const containers = containersOf(props, report).flatMap((container) =>
    containerPlaces(`The container ${container.name}`, (...path) => container.get(...path)),
  );
  return [...containers, ...volumes];
}

/** The logs of the proxy that Service Connect puts beside a service's tasks. */
export function servicePlaces({ serviceConnectConfiguration }: Fields): readonly Place[] {
  const options = field(serviceConnectConfiguration, "logConfiguration", "options");
  return named("The service", "Service Connect log option", options);
}

function json(text: Value): Value {
  try {
    return plain(JSON.parse(toText(text)));
  } catch {
    return undefined;
  }
}

/** What a task gets in place of its task definition's: overrides as ECS's API has them, or as a provider does. */
export function overridePlaces(overrides: Value): readonly Place[] {
  if (overrides === UNKNOWN) return [{ where: "The target", what: "overrides", value: UNKNOWN }];
  return items(field(overrides, "containerOverrides")).flatMap((container) => {
    const plurals: Readonly<Record<string, string>> = {
      environment: "environments",
      command: "commands",
    };
    const get = (name: string, ...path: readonly string[]): Value =>
      field(container, name, ...path) ?? field(container, plurals[name] ?? name, ...path);
    return containerPlaces(`The override of ${toText(field(container, "name"))}`, get);
  });
}

/** The overrides in a text that an event or a schedule hands to the task that it starts. */
export function inputPlaces(input: Value): readonly Place[] {
  return input === UNKNOWN
    ? [{ where: "The target", what: "input", value: UNKNOWN }]
    : overridePlaces(json(input));
}

/** The same in a template, in which `<name>`, quoted or not, stands for a part of the event. */
export function templatePlaces(template: Value): readonly Place[] {
  return typeof template === "string"
    ? inputPlaces(template.replace(/(?<=[:,[]\s*)<[^>]*>/g, '""'))
    : inputPlaces(template);
}

/**
 * Reports every place with a credential, by what it is and never by its value, and places that are not known.
 *
 * @param unknown What a value that is not known is worth, by its name.
 */
export function reportCredentials(
  places: readonly Place[],
  report: Report,
  wanted: Wanted = {},
): void {
  for (const { where, what, name, value } of places) {
    if (value === UNKNOWN) {
      if (name !== undefined && mustBeCredential(name, wanted)) {
        report.fail(`${where} holds a credential in plain text in ${what}.`);
      } else {
        report.unknown(`Whether ${where.replace(/^The/, "the")} has a credential in ${what}`);
      }
      continue;
    }
    if (typeof value !== "string" && typeof value !== "number") continue;
    const text = String(value);
    const found =
      name === undefined ? credentialIn(text, wanted) : credentialOf(name, text, wanted);
    if (found !== undefined) report.fail(`${where} holds ${found} in plain text in ${what}.`);
  }
}
