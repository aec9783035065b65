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

/** What the lab needs of Pulumi.yaml; everything else in it is left to Pulumi. */
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
  /** Pulumi.yaml as it is. */
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
  /** Flags of Node.js for the program. */
  nodeArgs: readonly string[];
}

/**
 * Makes a program a project of the lab: the same Pulumi.yaml in a folder of the lab's own, where Pulumi
 * then keeps the settings of the lab's stacks apart from those of stacks on AWS, whose secrets are
 * encrypted otherwise. It runs the program where it is.
 */
export async function labProject(project: Project, folder: string): Promise<LabProject> {
  const { directory, main, runtime, text } = project;
  const nodeArgs = labNodeArgs(runtime.options.nodeargs ?? "", directory);
  const document = yaml.parseDocument(text);
  document.set("main", path.resolve(directory, main));
  document.set("runtime", {
    name: runtime.name,
    // The lab's own loader strips the types already; Pulumi's would judge what it leaves of them.
    options: { ...runtime.options, typescript: false, nodeargs: nodeArgs.map(quoted).join(" ") },
  });
  await mkdir(folder, { recursive: true });
  await writeIfNew(path.join(folder, "Pulumi.yaml"), document.toString({ lineWidth: 0 }));
  return { folder, nodeArgs };
}

/** One word of a shell, with quotes only where it needs them: people read the file. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : shellQuoted(text);
}

/** So that commands at the same time do not disturb one another. */
async function writeIfNew(file: string, text: string): Promise<void> {
  if ((await readFile(file, "utf8").catch(() => undefined)) !== text) {
    await replaceFile(file, text);
  }
}
