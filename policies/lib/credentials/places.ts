import {
  field,
  type Fields,
  isFields,
  items,
  toText,
  UNKNOWN,
  type Value,
} from "../../graph/value";
import { containersOf } from "../containers";
import type { Report } from "../rule";
import { type CredentialPlace, secretPlace, words } from "./documents";
import { credentialIn, credentialOf, mustBeCredential, type Wanted } from "./find";
import { isSecretItself } from "./references";

/** Values under names, such as log options. */
export function named(where: string, kind: string, values: Value): readonly CredentialPlace[] {
  if (!isFields(values)) return [{ where, what: `the ${kind}s`, value: values }];
  return Object.entries(values).map(([name, value]) => ({
    where,
    what: `the ${kind} ${name}`,
    name,
    value,
  }));
}

/** A list of `{ name, value }`, where the value may have another key; one with an unknown name may be anything. */
export function variables(where: string, list: Value, key = "value"): readonly CredentialPlace[] {
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

/** A command, as a string or as a list of words. */
const command = (where: string, what: string, value: Value): CredentialPlace => ({
  where,
  what,
  value: words(items(value)),
});

/** Secrets that are passed to a container by reference. */
const secretPlaces = (where: string, list: Value): readonly CredentialPlace[] =>
  items(list).map((secret) => {
    // The names inside a container are in lower case: see containersOf.
    const reference = field(secret, "valuefrom") ?? field(secret, "valueFrom");
    return secretPlace(where, toText(field(secret, "name")), reference);
  });

/** Places in a container of a task definition. */
function containerPlaces(
  where: string,
  get: (...path: string[]) => Value,
): readonly CredentialPlace[] {
  return [
    ...variables(where, get("environment")),
    command(where, "command", get("command")),
    command(where, "entryPoint", get("entryPoint")),
    command(where, "the health check's command", get("healthCheck", "command")),
    ...named(where, "log option", get("logConfiguration", "options")),
    ...named(where, "Firelens option", get("firelensConfiguration", "options")),
    ...named(where, "Docker label", get("dockerLabels")),
    ...secretPlaces(where, get("secrets")),
    ...secretPlaces(where, get("logConfiguration", "secretOptions")),
  ];
}

/** Places in a task definition: its containers, and the options of its volumes. */
export function taskPlaces(props: Fields, report: Report): readonly CredentialPlace[] {
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

/** Places in a service: the log options of Service Connect's proxy. */
export function servicePlaces({ serviceConnectConfiguration }: Fields): readonly CredentialPlace[] {
  const options = field(serviceConnectConfiguration, "logConfiguration", "options");
  const secrets = field(serviceConnectConfiguration, "logConfiguration", "secretOptions");
  return [
    ...named("The service", "Service Connect log option", options),
    ...secretPlaces("The service", secrets),
  ];
}

/**
 * Reports every place that contains a credential, with its kind but never with its value, and every unknown place.
 */
export function reportCredentials(
  places: readonly CredentialPlace[],
  report: Report,
  wanted: Wanted = {},
): void {
  for (const { where, what, name, value, isReference } of places) {
    if (isReference === true && value !== UNKNOWN) {
      if (typeof value === "string" && isSecretItself(name, value)) {
        report.fail(`${where} holds a credential in plain text in ${what}.`);
      }
      continue;
    }
    if (value === UNKNOWN) {
      if (isReference !== true && name !== undefined && mustBeCredential(name, wanted)) {
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
