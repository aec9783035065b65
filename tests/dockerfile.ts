import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** One instruction of a Dockerfile, e.g. `{ name: "USER", value: "nginx" }`. */
export interface Instruction {
  readonly name: string;
  readonly value: string;
}

/** A Dockerfile's instructions in order, continued lines joined, comments left out. */
export function instructionsOf(dockerfile: string): Instruction[] {
  return dockerfile
    .split("\n")
    .filter((line) => !line.trimStart().startsWith("#"))
    .join("\n")
    .replace(/\\\n/g, " ")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const [name = "", ...rest] = line.trim().split(/\s+/);
      return { name: name.toUpperCase(), value: rest.join(" ") };
    });
}

/** Whether the last user is not root, and nothing is put into the image after it. */
export function endsWithoutRoot(instructions: readonly Instruction[]): boolean {
  const last = instructions.findLastIndex(({ name }) => name === "USER");
  const user = instructions[last]?.value;
  if (user === undefined || /^(root|0)(:|$)/.test(user)) return false;
  return instructions.slice(last).every(({ name }) => name !== "RUN" && name !== "COPY");
}

/** What COPY needs from the folder but does not exist, or is not let through by its .dockerignore. */
export function missingFromContext(folder: string, instructions: readonly Instruction[]): string[] {
  const ignore = readFileSync(join(folder, ".dockerignore"), "utf8").split("\n");
  const letThrough = ignore.filter((line) => line.startsWith("!")).map((line) => line.slice(1));
  return instructions
    .filter(({ name, value }) => name === "COPY" && !value.startsWith("--from="))
    .flatMap(({ value }) => value.split(" ").slice(0, -1))
    .map((source) => source.replace(/\/$/, ""))
    .flatMap((source) => (source === "." ? letThrough : source))
    .filter((source) => !existsSync(join(folder, source)) || !letThrough.includes(source));
}
