import { LineCounter, parseDocument, isMap, isNode } from "yaml";
import { z } from "zod";

/** A buildspec that CodeBuild would reject; the message is the build's error. */
export class BuildspecError extends Error {
  override readonly name = "BuildspecError";
  readonly code = "YAML_FILE_ERROR";
}

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const variables = z.record(z.string(), scalar);
const names = z.array(z.string());

const phase = z.strictObject({
  "run-as": z.string().optional(),
  "on-failure": z.enum(["ABORT", "CONTINUE"]).default("ABORT"),
  "runtime-versions": variables.optional(),
  commands: z.array(scalar).nullish(),
  finally: z.array(scalar).nullish(),
});

const artifact = z.strictObject({
  files: names.min(1),
  name: z.string().optional(),
  "discard-paths": z.union([z.boolean(), z.enum(["yes", "no"])]).optional(),
  "base-directory": z.string().optional(),
  "exclude-paths": names.optional(),
  "enable-symlinks": z.union([z.boolean(), z.enum(["yes", "no"])]).optional(),
});

/** Features that need another AWS service, or a machine that the lab does not have. */
const unsupported = z.undefined({ error: "is not supported in the lab" }).optional();

const buildspec = z.strictObject({
  version: z.union([z.literal(0.2), z.literal("0.2")]),
  "run-as": z.string().optional(),
  env: z
    .strictObject({
      shell: z.enum(["bash", "sh", "/bin/sh"]).optional(),
      variables: variables.optional(),
      "parameter-store": unsupported,
      "secrets-manager": unsupported,
      "exported-variables": names.optional(),
      "git-credential-helper": z.union([z.boolean(), z.enum(["yes", "no"])]).optional(),
    })
    .optional(),
  proxy: unsupported,
  batch: unsupported,
  phases: z.strictObject({
    install: phase.optional(),
    pre_build: phase.optional(),
    build: phase.optional(),
    post_build: phase.optional(),
  }),
  reports: unsupported,
  artifacts: artifact
    .partial({ files: true })
    .extend({ "secondary-artifacts": z.record(z.string(), artifact).optional() })
    .optional(),
  // A cache only saves time, and a build in the lab has nothing to fetch.
  cache: z.unknown().optional(),
});

/** A phase that runs commands. */
export interface BuildspecPhase {
  readonly commands: readonly string[];
  /** Run after the commands, even if one of them failed. */
  readonly finally: readonly string[];
  /** Whether the build continues after a failure as if there had been none. */
  readonly continues: boolean;
}

/** The files of an artifact. */
export interface BuildspecArtifact {
  /** Patterns, relative to the base directory. */
  readonly files: readonly string[];
  readonly excludes: readonly string[];
  /** @default the source directory */
  readonly baseDirectory?: string;
  /** Whether the files are put into the artifact without their folders. */
  readonly discardPaths: boolean;
}

export const PHASES = ["install", "pre_build", "build", "post_build"] as const;
export type PhaseName = (typeof PHASES)[number];

/** A buildspec, version 0.2, as far as the lab supports it. */
export interface Buildspec {
  readonly shell: "bash" | "sh";
  readonly variables: Readonly<Record<string, string>>;
  readonly exportedVariables: readonly string[];
  readonly phases: Readonly<Partial<Record<PhaseName, BuildspecPhase>>>;
  /** Absent if there is none. */
  readonly artifact?: BuildspecArtifact;
  readonly secondaryArtifacts: Readonly<Record<string, BuildspecArtifact>>;
}

/**
 * Parses a buildspec. Source: AWS CodeBuild User Guide, "Build specification reference for CodeBuild".
 *
 * @throws {BuildspecError} with the line and every problem
 */
export function parseBuildspec(text: string): Buildspec {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [error] = document.errors;
  if (error !== undefined) {
    const line = error.linePos?.[0].line ?? 1;
    // The parser appends place and source line; the first sentence is the problem itself.
    throw new BuildspecError(
      `${(error.message.split(" at line ")[0] ?? "").trim()} at line ${line}`,
    );
  }
  const parsed = buildspec.safeParse(document.toJS());
  if (!parsed.success) {
    const lineOf = (path: readonly PropertyKey[]): number => {
      for (let length = path.length; length > 0; length--) {
        const node: unknown = document.getIn(path.slice(0, length), true);
        const start = isNode(node) ? node.range?.[0] : undefined;
        if (start !== undefined) return lines.linePos(start).line;
      }
      return 1;
    };
    const problems = parsed.error.issues.map((issue) => {
      const place = issue.path.map(String).join(".");
      const what =
        issue.code === "unrecognized_keys"
          ? `${place === "" ? "" : `${place}: `}unknown ${issue.keys.join(", ")}`
          : subkeys(issue.path, document.getIn(issue.path, true)) ||
            `${place === "" ? "the buildspec" : place}: ${issue.message}`;
      return `${what} at line ${lineOf(issue.path)}`;
    });
    throw new BuildspecError([...new Set(problems)].join("; "));
  }
  return toBuildspec(parsed.data);
}

/** CodeBuild's own error for `- echo a: b`, which YAML reads as a map; undefined for other problems. */
function subkeys(path: readonly PropertyKey[], node: unknown): string {
  const [index, list] = [path.at(-1), path.at(-2)];
  if (!isMap(node) || (list !== "commands" && list !== "finally")) return "";
  return `Expected Commands[${String(index)}] to be of string type: found subkeys instead`;
}

function toBuildspec(data: z.output<typeof buildspec>): Buildspec {
  const { artifacts, env } = data;
  const phases = PHASES.flatMap((name) => {
    const given = data.phases[name];
    if (given === undefined) return [];
    const one: BuildspecPhase = {
      commands: given.commands ?? [],
      finally: given.finally ?? [],
      continues: given["on-failure"] === "CONTINUE",
    };
    return [[name, one] as const];
  });
  const secondary = Object.entries(artifacts?.["secondary-artifacts"] ?? {});
  return {
    shell: env?.shell === "bash" ? "bash" : "sh",
    variables: env?.variables ?? {},
    exportedVariables: env?.["exported-variables"] ?? [],
    phases: Object.fromEntries(phases),
    ...(artifacts?.files && { artifact: toArtifact({ ...artifacts, files: artifacts.files }) }),
    secondaryArtifacts: Object.fromEntries(secondary.map(([name, one]) => [name, toArtifact(one)])),
  };
}

function toArtifact(given: z.output<typeof artifact>): BuildspecArtifact {
  const { files, "base-directory": base, "discard-paths": discard } = given;
  return {
    files,
    excludes: given["exclude-paths"] ?? [],
    ...(base === undefined ? {} : { baseDirectory: base }),
    discardPaths: discard === true || discard === "yes",
  };
}
