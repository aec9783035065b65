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

function withLowerCaseKeys(_key: string, value: unknown): unknown {
  const fields = typeof value === "object" && value !== null && !Array.isArray(value);
  return fields
    ? Object.fromEntries(Object.entries(value).map(([key, part]) => [key.toLowerCase(), part]))
    : value;
}

function parse(text: Value): readonly Fields[] | undefined {
  try {
    const containers = plain(JSON.parse(toText(text), withLowerCaseKeys));
    return Array.isArray(containers) && items(containers).every(isFields)
      ? items(containers).filter(isFields)
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The containers of a task definition. What cannot be read is reported, and no container returned.
 *
 * @param props Inputs of an `aws.ecs.TaskDefinition`; `containerDefinitions` is a JSON text.
 */
export function containersOf(props: Fields, report: Report): readonly Container[] {
  const { containerDefinitions } = props;
  if (containerDefinitions === UNKNOWN) {
    report.unknown("containerDefinitions");
    return [];
  }
  const containers = parse(containerDefinitions);
  if (!containers) {
    const step = "Write it by JSON.stringify of a list of containers.";
    report.fail("containerDefinitions is no JSON list of containers.", undefined, step);
    return [];
  }
  return containers.map((container) => ({
    name: toText(container.name),
    get: (...path) => field(container, ...path.map((name) => name.toLowerCase())),
  }));
}
