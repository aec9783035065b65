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
  /** Follows a path of property names, whose case does not matter, as in the AWS provider. */
  get(...path: readonly string[]): Value;
}

/** Whether a task definition's containers run on Windows; not if that is unknown. */
export const isWindows = ({ runtimePlatform }: Fields): boolean =>
  toText(field(runtimePlatform, "operatingSystemFamily")).startsWith("WINDOWS");

/** Maps whose keys the user chooses, which may differ only by case. */
const USERS_OWN = ["dockerlabels", "options", "driveropts", "labels"];

// Like Go's encoding/json, which compares names by simple case folding, where a long s equals an s.
const fold = (key: string): string => key.toUpperCase().toLowerCase();

/** Thrown for JSON that parsers read in different ways. */
class Ambiguous extends Error {}

/** Converts property names, at every depth, to lower case. @throws Ambiguous if two become the same */
function withLowerCaseNames(value: Value): Value {
  if (Array.isArray(value)) return (value as readonly Value[]).map(withLowerCaseNames);
  if (!isFields(value)) return value;
  const entries = Object.entries(value).map(([key, part]): [string, Value] => {
    const name = fold(key);
    return [name, USERS_OWN.includes(name) ? part : withLowerCaseNames(part)];
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

/** @throws Ambiguous for a duplicate name: parsers take the last value, the first, or parts of both */
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
    const containers = items(withLowerCaseNames(value as Value));
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
 * The containers of a task definition. If they cannot be read, that is reported, and none is returned.
 *
 * Ambiguous definitions are refused: if a property is written in two spellings, the AWS provider, which is written in Go,
 * takes the last one, or parts of both (https://github.com/golang/go/issues/43664).
 *
 * @param props Inputs of an `aws.ecs.TaskDefinition`. `containerDefinitions` is JSON, or the list itself if it comes from
 *   another kind of resource.
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
      // Only a list has unknown parts: JSON is known as a whole or not at all.
      if (value === UNKNOWN) report.unknown(`containerDefinitions.${path.join(".")}`);
      return value;
    },
  }));
}
