import * as path from "node:path";

/** End of a module's file, and what is replaced by what in it, wherever it stands. */
export type Renaming = readonly [file: string, from: string, to: string];

/** What has a process of Node.js find other names in packages, as in a later version of them. */
export function renamed(renamings: readonly Renaming[]): {
  args: string[];
  env: NodeJS.ProcessEnv;
} {
  return {
    args: ["--require", path.join(__dirname, "renamed.cjs")],
    env: { ...process.env, RENAMED: JSON.stringify(renamings) },
  };
}
