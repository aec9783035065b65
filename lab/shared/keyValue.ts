import { InvalidArgumentError } from "commander";

/** Parses an option `KEY=VALUE` that may be given several times; the last value of a key counts. */
export function keyValue(
  text: string,
  previous: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const [, key, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (key === undefined || value === undefined) {
    throw new InvalidArgumentError("write KEY=VALUE, e.g. desiredCount=2");
  }
  return { ...previous, [key]: value };
}
