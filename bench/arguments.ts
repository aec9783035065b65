import { InvalidArgumentError } from "commander";

/** Reads a command-line argument that counts something: 1, 2, 3 … */
export function wholeNumber(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new InvalidArgumentError("use a whole number above 0");
}
