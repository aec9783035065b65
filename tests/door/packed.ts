import { mkdir, readFile, rm, symlink } from "node:fs/promises";
import * as path from "node:path";

import { repository } from "../../lab/shared/repository";
import type { Door, Typed } from "./door";

/** A package of this repository, as npm packs it. */
export interface Packed {
  /** The archive. */
  file: string;
  /** Its entries. */
  entries: readonly string[];
  /** The name to import it by. */
  name: string;
}

/** @param folder of the package in the checkout */
export async function pack(door: Door, folder: string): Promise<Packed> {
  const file = (await door.types("npm pack --loglevel=error", folder)).trim();
  const entries = (await door.types(`tar -tzf ${file}`, folder)).trim().split("\n");
  const name = file.replace(/-\d+\.\d+\.\d+\.tgz$/, "");
  return { file: path.join(door.checkout, folder, file), entries, name };
}

/**
 * Types a page's block that packs a package in the checkout and uses it in `../my-project`, a project in which it was
 * {@link install}ed: npm unpacks it there, and asks no registry for its dependencies.
 */
export async function typeInProject(door: Door, block: string, project: string): Promise<Typed> {
  const npm = (await door.types("command -v npm")).trim();
  await door.standIn(
    "npm",
    `[ "$1" = install ] || exec ${npm} "$@"
for file; do :; done
name=$(tar -xzOf "$file" package/package.json | grep -o '"name": "[^"]*' | head -n 1 | cut -c 10-)
rm -rf "node_modules/$name" && mkdir "node_modules/$name" || exit
exec tar -xzf "$file" --strip-components=1 -C "node_modules/$name"`,
  );
  const typed = block
    .replaceAll("../my-project", project)
    .replaceAll("../ecs-handson/", `${door.checkout}/`);
  try {
    return await door.type(typed);
  } finally {
    await door.standIn("npm", `exec ${npm} "$@"`);
  }
}

/**
 * Makes a project in which only a package and its declared dependencies are installed.
 * @param project folder of the project
 * @param own packages that the project itself also needs
 * @returns the package's folder
 */
export async function install(
  door: Door,
  { file, name }: Packed,
  project: string,
  own: readonly string[] = [],
): Promise<string> {
  const modules = path.join(project, "node_modules");
  const installed = path.join(modules, name);
  await mkdir(installed, { recursive: true });
  await door.types(`tar -xzf ${file} --strip-components=1 -C ${installed}`);
  const manifest = await readFile(path.join(installed, "package.json"), "utf8");
  const { dependencies, peerDependencies } = JSON.parse(manifest) as Partial<
    Record<"dependencies" | "peerDependencies", Record<string, string>>
  >;
  for (const needed of [...Object.keys({ ...dependencies, ...peerDependencies }), ...own]) {
    const link = path.join(modules, needed);
    await mkdir(path.dirname(link), { recursive: true });
    // Two packages of one project may need the same one.
    await rm(link, { force: true });
    await symlink(path.join(repository, "node_modules", needed), link);
  }
  return installed;
}
