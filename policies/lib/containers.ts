import {
  field,
  type Fields,
  isFields,
  items,
  plain,
  toText,
  UNKNOWN,
  type Value,
} from "../graph/value";
import type { Report } from "./rule";

/** One container of a task definition. */
export interface Container {
  /** Its name, or `?`. */
  readonly name: string;
  /** Follows a path of property names, in any case: the AWS provider reads them in any case too. */
  get(...path: readonly string[]): Value;
}

/** Whether a task definition's containers run on Windows; a value that is unknown does not say so. */
export const isWindows = ({ runtimePlatform }: Fields): boolean =>
  toText(field(runtimePlatform, "operatingSystemFamily")).startsWith("WINDOWS");

/** Maps whose keys are the user's own, which may differ by case alone. */
const USERS_OWN = ["dockerlabels", "options", "driveropts", "labels"];

// As Go's encoding/json compares names: by simple case folding, in which a long s is an s.
const fold = (key: string): string => key.toUpperCase().toLowerCase();

/** Thrown for what readers understand in different ways. */
class Ambiguous extends Error {}

/** Gives properties, at every depth, names in small letters. @throws Ambiguous for two that are one */
function withSmallNames(value: Value): Value {
  if (Array.isArray(value)) return (value as readonly Value[]).map(withSmallNames);
  if (!isFields(value)) return value;
  const entries = Object.entries(value).map(([key, part]): [string, Value] => {
    const name = fold(key);
    return [name, USERS_OWN.includes(name) ? part : withSmallNames(part)];
  });
  const names = new Set<string>();
  for (const [name] of entries) {
    if (names.has(name)) throw new Ambiguous(name);
    names.add(name);
  }
  return Object.fromEntries(entries);
}

const namesIn = (value: Value): number =>
  Array.isArray(value)
    ? (value as readonly Value[]).reduce<number>((sum, part) => sum + namesIn(part), 0)
    : isFields(value)
      ? Object.values(value).reduce<number>((sum, part) => sum + 1 + namesIn(part), 0)
      : 0;

/** @throws Ambiguous for a name that appears twice: readers take the last, the first, or some of both */
function parse(text: string): Value {
  const value = plain(JSON.parse(text));
  const written = [...text.matchAll(/"(?:[^"\\]|\\.)*"\s*(:?)/g)].filter(
    ([, colon]) => colon === ":",
  );
  if (written.length !== namesIn(value)) throw new Ambiguous("a property");
  return value;
}

/** The containers, or what is wrong with them. */
function read(definitions: Value): readonly Fields[] | string {
  try {
    const value = Array.isArray(definitions) ? definitions : parse(toText(definitions));
    const containers = items(withSmallNames(value as Value));
    return Array.isArray(value) && containers.every(isFields)
      ? containers.filter(isFields)
      : "containerDefinitions is not a JSON list of containers.";
  } catch (error) {
    return error instanceof Ambiguous
      ? `containerDefinitions has ${error.message} twice, of which ECS uses one: write it once.`
      : "containerDefinitions is not a JSON list of containers.";
  }
}

/**
 * The containers of a task definition. What cannot be read is reported, and no container returned.
 *
 * Of a property in two spellings the AWS provider, written in Go, takes the one that comes last, or parts of both
 * (https://github.com/golang/go/issues/43664): what means two things is refused.
 *
 * @param props Inputs of an `aws.ecs.TaskDefinition`; `containerDefinitions` is a JSON text, or the list itself where
 *   it comes from a resource of another kind.
 */
export function containersOf(props: Fields, report: Report): readonly Container[] {
  const { containerDefinitions } = props;
  if (containerDefinitions === UNKNOWN) {
    report.unknown("containerDefinitions");
    return [];
  }
  const containers = read(containerDefinitions);
  if (typeof containers === "string") {
    const step = "Write it with JSON.stringify of a list of containers, each key once.";
    report.fail(containers, undefined, step);
    return [];
  }
  return containers.map((container) => ({
    name: toText(container.name),
    get: (...path) => {
      const value = field(container, ...path.map((name) => name.toLowerCase()));
      // Only a list has parts that are not known: a text is known as a whole or not at all.
      if (value === UNKNOWN) report.unknown(`containerDefinitions.${path.join(".")}`);
      return value;
    },
  }));
}
