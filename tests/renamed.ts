import * as path from "node:path";

/** End of a module's path, a text in it, and what replaces each occurrence. */
export type Renaming = readonly [file: string, from: string, to: string];

/** Arguments and environment with which Node.js finds other names in packages, as in a later version of them. */
export function renamed(renamings: readonly Renaming[]): {
  args: string[];
  env: NodeJS.ProcessEnv;
} {
  return {
    args: ["--require", path.join(__dirname, "renamed.cjs")],
    env: { ...process.env, RENAMED: JSON.stringify(renamings) },
  };
}
