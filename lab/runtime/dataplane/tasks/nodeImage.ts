import { existsSync, readFileSync } from "node:fs";
import { basename, join, posix } from "node:path";
import { DockerfileParser, type Instruction, type JSONInstruction } from "dockerfile-ast";

/** How a container of an image starts Node. */
export interface NodeImage {
  /** Folder of the Dockerfile, used as the image's working directory. */
  readonly folder: string;
  /** Arguments of `node`, with paths relative to the working directory: `["src/main.ts"]`. */
  readonly args: readonly string[];
  /** Variables that `ENV` sets. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Reads from a folder's Dockerfile how its image starts Node; undefined for other images, and for a folder without a
 * Dockerfile.
 * @param given replacements for the image's CMD and ENTRYPOINT from the task definition; an entry point also discards
 * the image's CMD
 */
export function nodeImage(
  folder: string,
  given: {
    readonly command?: readonly string[];
    readonly entryPoint?: readonly string[];
  } = {},
): NodeImage | undefined {
  const file = join(folder, "Dockerfile");
  if (!existsSync(file)) return undefined;
  const dockerfile = DockerfileParser.parse(readFileSync(file, "utf8"));
  const stage = dockerfile.getFROMs().at(-1)?.getRange().start.line ?? 0;
  const inStage = <T extends Instruction>(instructions: readonly T[]) =>
    instructions.filter((instruction) => instruction.getRange().start.line > stage);

  const entryPoint = given.entryPoint ?? words(inStage(dockerfile.getENTRYPOINTs()).at(-1));
  const ownCommand =
    given.entryPoint === undefined ? words(inStage(dockerfile.getCMDs()).at(-1)) : [];
  const [program, ...args] = [...entryPoint, ...(given.command ?? ownCommand)];
  if (program === undefined || basename(program) !== "node") return undefined;
  const workdir = inStage(dockerfile.getInstructions())
    .filter((instruction) => instruction.getKeyword() === "WORKDIR")
    .at(-1)
    ?.getArgumentsContent();
  const environment = inStage(dockerfile.getENVs())
    .flatMap((env) => env.getProperties())
    .map((property) => [property.getName(), property.getValue() ?? ""] as const);
  return {
    folder,
    args: args.map((arg) => underWorkdir(arg, workdir ?? "/")),
    environment: Object.fromEntries(environment),
  };
}

/** The words of `CMD ["node", "main.js"]`, or of `CMD node main.js`. */
function words(instruction: JSONInstruction | undefined): string[] {
  if (instruction === undefined) return [];
  const json = instruction.getJSONStrings().map((text) => text.getJSONValue());
  return json.length > 0 ? json : instruction.getArguments().map((word) => word.getValue());
}

/** A path in the image made relative to its working directory; anything else is unchanged. */
function underWorkdir(arg: string, workdir: string): string {
  return arg.startsWith("/") ? posix.relative(workdir, arg) : arg;
}
