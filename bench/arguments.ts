import { InvalidArgumentError } from "commander";

/** Parses a command-line argument that is a count: 1, 2, 3 … */
export function wholeNumber(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new InvalidArgumentError("use a whole number above 0");
}
