import { mkdir, readFile, rm, symlink } from "node:fs/promises";
import * as path from "node:path";

import { repository } from "../../lab/shared/repository";
import type { Door } from "./door";

/** A package of this repository, as npm packs it. */
export interface Packed {
  /** The archive. */
  file: string;
  /** Its entries. */
  entries: readonly string[];
  /** Name by which it is imported. */
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
 * A project in which nothing is installed but a package and what it says that it needs.
 * @param project folder of the project
 * @param own what the project itself needs besides
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
    // Two packages of one project may need the same.
    await rm(link, { force: true });
    await symlink(path.join(repository, "node_modules", needed), link);
  }
  return installed;
}
