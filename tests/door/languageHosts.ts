import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import * as path from "node:path";
import { promisify } from "node:util";

import which from "which";

import { findPulumiCli } from "../../lab/engine/pulumiCli";
import { cacheFolder, exists } from "../../lab/engine/pulumiInstall";
import { createProgress } from "../../lab/shared/progress";
import { repository } from "../../lab/shared/repository";

const sources = path.join(__dirname, "hosts");

/** The module with the versions that the CLI is built with: what was compiled for the CLI is not compiled again. */
export const cliModule = path.join(repository, "lab", "engine", "pulumi-cli");

/** How a language's host is built if there is none next to the CLI. */
interface Build {
  package: string;
  /** Flags in addition to those for all hosts. */
  flags: (work: string) => Promise<string[]>;
}

const builds: Record<string, Build> = {
  yaml: {
    package: "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
    flags: () => Promise.resolve([]),
  },
  golang: {
    package: ".",
    flags: async (work) => {
      for (const name of ["go.mod", "go.sum"]) {
        await copyFile(path.join(cliModule, name), path.join(work, name));
      }
      return [`-modfile=${path.join(work, "go.mod")}`, "-mod=mod"];
    },
  },
};

/**
 * Finds the language hosts for YAML and Go next to an official CLI or on PATH, or else builds them from Go modules, once per
 * machine, in about two minutes.
 *
 * @returns folders to prepend to PATH.
 */
export async function languageHosts(): Promise<string[]> {
  const { path: cli } = await findPulumiCli({ progress: createProgress() });
  const searched = [...cli, process.env.PATH ?? ""].join(path.delimiter);
  const folders: string[] = [];
  for (const [name, build] of Object.entries(builds)) {
    const program = `pulumi-language-${name === "golang" ? "go" : name}`;
    if (await which(program, { nothrow: true, path: searched })) continue;
    folders.push(await built(name, program, build));
  }
  return folders;
}

async function built(name: string, program: string, build: Build): Promise<string> {
  const source = path.join(sources, name);
  const hosts = path.join(cacheFolder(), "language-hosts");
  const folder = path.join(hosts, `${name}-${await digest([source, cliModule])}`);
  if (await exists(path.join(folder, program))) return folder;
  await mkdir(hosts, { recursive: true });
  // The program appears whole or not at all: another test may look for it meanwhile.
  const work = await mkdtemp(path.join(hosts, "unfinished-"));
  try {
    const file = path.join(work, program);
    const flags = ["-trimpath", "-ldflags", "-s -w", ...(await build.flags(work)), "-o", file];
    await promisify(execFile)("go", ["build", ...flags, build.package], { cwd: source });
    await mkdir(folder, { recursive: true });
    await rename(file, path.join(folder, program));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return folder;
}

async function digest(folders: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const folder of folders) {
    for (const name of (await readdir(folder)).sort()) {
      hash.update(name).update(await readFile(path.join(folder, name)));
    }
  }
  return hash.digest("hex").slice(0, 16);
}
