import { mkdir, readFile } from "node:fs/promises";
import * as path from "node:path";

import * as yaml from "yaml";
import { z } from "zod";

import { replaceFile } from "../shared/replaceFile";
import { shellQuoted } from "./languageHost/nodeProcess";
import { labNodeArgs } from "./nodeArgs";

const runtimeSchema = z.object({
  name: z.string(),
  options: z.looseObject({ nodeargs: z.string().optional() }).default({}),
});

/** The parts of Pulumi.yaml that the lab needs; the rest is up to Pulumi. */
const projectSchema = z.object({
  name: z.string(),
  main: z.string().default("."),
  runtime: z.union([
    z.string().transform((name): z.infer<typeof runtimeSchema> => ({ name, options: {} })),
    runtimeSchema,
  ]),
  config: z
    .record(z.string(), z.object({ type: z.string().optional(), default: z.unknown().optional() }))
    .default({}),
});

export type Project = z.infer<typeof projectSchema> & {
  /** Folder of its Pulumi.yaml. */
  directory: string;
  /** Content of Pulumi.yaml. */
  text: string;
};

/** @throws Error naming the file if it is missing or is not a Pulumi project. */
export async function readProject(directory: string): Promise<Project> {
  const file = path.join(directory, "Pulumi.yaml");
  const text = await readFile(file, "utf8").catch(() => {
    throw new Error(`${file}: not found; is this the folder of a Pulumi program?`);
  });
  const document = yaml.parseDocument(text);
  const [error] = document.errors;
  if (error) throw new Error(`${file}: ${error.message}`);
  const parsed = projectSchema.safeParse(document.toJS());
  if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`);
  return { ...parsed.data, directory, text };
}

/** The same program as a project of the lab. */
export interface LabProject {
  /** Folder with its Pulumi.yaml, and the settings of its stacks in `Pulumi.<stack>.yaml`. */
  folder: string;
  /** Node.js flags for the program. */
  nodeArgs: readonly string[];
}

/**
 * Makes a lab project of a program: the same Pulumi.yaml in a folder below the lab's state, so that Pulumi keeps the
 * settings of the lab's stacks apart from those of stacks on AWS, whose secrets are encrypted differently. The program
 * itself stays in its folder.
 */
export async function labProject(project: Project, folder: string): Promise<LabProject> {
  const { directory, main, runtime, text } = project;
  const nodeArgs = labNodeArgs(runtime.options.nodeargs ?? "", directory);
  const document = yaml.parseDocument(text);
  document.set("main", path.resolve(directory, main));
  document.set("runtime", {
    name: runtime.name,
    // The lab's own loader already strips the types; Pulumi's would compile its output again.
    options: { ...runtime.options, typescript: false, nodeargs: nodeArgs.map(quoted).join(" ") },
  });
  await mkdir(folder, { recursive: true });
  await writeIfNew(path.join(folder, "Pulumi.yaml"), document.toString({ lineWidth: 0 }));
  return { folder, nodeArgs };
}

/** Quotes a shell word only where needed, since people read the file. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : shellQuoted(text);
}

/** Does not rewrite an unchanged file, so that concurrent commands do not disturb one another. */
async function writeIfNew(file: string, text: string): Promise<void> {
  if ((await readFile(file, "utf8").catch(() => undefined)) !== text) {
    await replaceFile(file, text);
  }
}
