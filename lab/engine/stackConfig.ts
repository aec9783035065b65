import { readFile } from "node:fs/promises";
import * as path from "node:path";

import writeFileAtomic from "write-file-atomic";
import * as yaml from "yaml";
import { z } from "zod";

/** What the lab needs of Pulumi.yaml; everything else in it is left to Pulumi. */
const projectSchema = z.object({
  name: z.string(),
  main: z.string().default("index.ts"),
  config: z.record(z.string(), z.object({ type: z.string().optional() })).default({}),
});

export type Project = z.infer<typeof projectSchema> & {
  /** Pulumi.yaml for the work folder. */
  text: string;
};

/** @throws Error naming the file if it is missing or is not a Pulumi project. */
export async function readProject(programDir: string): Promise<Project> {
  const file = path.join(programDir, "Pulumi.yaml");
  const text = await readFile(file, "utf8").catch(() => {
    throw new Error(`${file}: not found; is this the folder of a Pulumi program?`);
  });
  const document = yaml.parseDocument(text);
  const [error] = document.errors;
  if (error) throw error;
  const parsed = projectSchema.safeParse(document.toJS());
  if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`);
  // The program runs in the lab's own process, so the engine must not look for it.
  return { ...parsed.data, text: document.delete("main") ? document.toString() : text };
}

interface StackConfigOptions {
  stack: string;
  programDir: string;
  workDir: string;
  project: Project;
  config?: Readonly<Record<string, string>>;
  /** Whether `config` is all, and what was remembered is forgotten. @default false */
  replaceConfig?: boolean;
}

/**
 * The text of the stack's configuration file: the program's own file for the stack, or Pulumi.dev.yaml
 * if it has none, with the values that were given to the lab for this stack, now or before.
 */
export async function stackConfig(options: StackConfigOptions): Promise<string> {
  const { stack, programDir, workDir, project } = options;
  const own = await readYaml(path.join(programDir, `Pulumi.${stack}.yaml`));
  const base = own ?? (await readYaml(path.join(programDir, "Pulumi.dev.yaml"))) ?? {};
  const current = await readYaml(path.join(workDir, `Pulumi.${stack}.yaml`));

  const givenFile = path.join(workDir, "given.yaml");
  const remembered = options.replaceConfig ? {} : await readYaml(givenFile);
  const given = { ...remembered, ...options.config };
  await writeFileAtomic(givenFile, yaml.stringify(given));

  const config: Record<string, unknown> = { ...(base.config as object | undefined) };
  for (const [name, value] of Object.entries(given)) {
    const key = name.includes(":") ? name : `${project.name}:${name}`;
    const type = project.config[key.replace(`${project.name}:`, "")]?.type;
    config[key] = typedValue(String(value), type);
  }
  // The salt belongs to the lab's passphrase: Pulumi wrote it when the stack was made.
  const { encryptionsalt } = current ?? {};
  return yaml.stringify({ ...(encryptionsalt ? { encryptionsalt } : {}), config });
}

/** The value that Pulumi.yaml's type asks for; a text that does not fit stays, for Pulumi to judge. */
function typedValue(text: string, type: string | undefined): unknown {
  switch (type) {
    case "array":
      return text.startsWith("[") ? yaml.parse(text) : text.split(",").map((item) => item.trim());
    case "integer":
    case "boolean":
      return yaml.parse(text);
    default:
      return text;
  }
}

async function readYaml(file: string): Promise<Record<string, unknown> | undefined> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const parsed: unknown = yaml.parse(text);
  if (parsed === null) return {};
  if (typeof parsed !== "object") throw new Error(`${file}: not a YAML mapping`);
  return parsed as Record<string, unknown>;
}
