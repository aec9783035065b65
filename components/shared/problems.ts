import * as pulumi from "@pulumi/pulumi";

/**
 * Throws one error that lists all problems with a component's arguments.
 *
 * @param component the component being built; the error is shown next to its name, without a stack trace.
 * @param problems a sentence for each argument that is wrong, `undefined` for each that is not.
 * @throws pulumi.ResourceError if there is any problem.
 */
export function rejectProblems(
  component: pulumi.ComponentResource,
  problems: readonly (string | undefined)[],
): void {
  const found = problems.filter((problem) => problem !== undefined);
  if (found.length === 0) return;
  const list = found.map((problem) => `  - ${problem}`).join("\n");
  throw new pulumi.ResourceError(`invalid arguments:\n${list}`, component, true);
}

/** Prefixes a problem with the name of its argument. */
export function about(key: string, problem: string | undefined): string | undefined {
  return problem === undefined ? undefined : `${key} ${problem}`;
}

/** Reports that argument `key` is not one of `choices`, or nothing if it is. */
export function choiceProblem(
  key: string,
  value: string,
  choices: readonly string[],
): string | undefined {
  return choices.includes(value)
    ? undefined
    : `${key} "${value}" unknown; choose from ${choices.join(", ")}`;
}

/** Says that argument `key` is not a whole number from `min` to `max`, or nothing if it is one. */
export function rangeProblem(
  key: string,
  value: number,
  min: number,
  max: number,
): string | undefined {
  if (Number.isInteger(value) && value >= min && value <= max) return undefined;
  return `${key} ${value} must be a whole number from ${min} to ${max}`;
}

/** Values that appear more than once, each once per extra occurrence. */
export const repeated = <T>(values: readonly T[]): T[] =>
  values.filter((value, i) => value !== undefined && values.indexOf(value) !== i);
