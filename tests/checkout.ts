import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, readFile, symlink } from "node:fs/promises";
import * as path from "node:path";
import { promisify } from "node:util";

import { repository } from "../lab/shared/repository";

/** Copies the checkout's files, including those not added to git yet; returns them as paths in the copy. */
export async function copyCheckout(target: string): Promise<string[]> {
  const list = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
  const { stdout } = await promisify(execFile)("git", list, { cwd: repository });
  const copied: string[] = [];
  for (const file of stdout.split("\0").filter((name) => name !== "")) {
    try {
      await cp(path.join(repository, file), path.join(target, file), { recursive: true });
      copied.push(file);
    } catch (error) {
      // Removed, which git does not know yet.
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  return copied;
}

/** Links the checkout's packages into a copy, including those of workspaces: packages that the root has in another version. */
export async function linkPackages(target: string): Promise<void> {
  const manifest = await readFile(path.join(repository, "package.json"), "utf8");
  const { workspaces } = JSON.parse(manifest) as { workspaces: string[] };
  for (const folder of ["", ...workspaces.filter((name) => !name.includes("*"))]) {
    const packages = path.join(repository, folder, "node_modules");
    if (existsSync(packages)) await symlink(packages, path.join(target, folder, "node_modules"));
  }
}
