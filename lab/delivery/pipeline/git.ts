import { execFile } from "node:child_process";

/** The parts of this process's environment that git needs, without the user's own git settings. */
export function gitEnvironment(): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: process.platform === "win32" ? "NUL" : "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
  };
}

export interface GitOptions {
  /** Folder that git works in. */
  readonly cwd: string;
  /** Further environment variables, e.g. the author of a commit. */
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Runs git without the user's own configuration and hooks.
 *
 * @returns what it printed, as bytes
 * @throws Error with git's own words, or with the remedy if there is no git
 */
export function gitBytes(args: readonly string[], options: GitOptions): Promise<Buffer> {
  const { cwd, env } = options;
  return new Promise((resolve, reject) => {
    execFile(
      "git",
      args,
      {
        cwd,
        env: { ...gitEnvironment(), ...env },
        encoding: "buffer",
        maxBuffer: 256 * 1024 * 1024,
      },
      (error, stdout, stderr) => {
        if (!error) resolve(stdout);
        else if (error.code === "ENOENT") reject(noGit());
        else reject(new Error(`git ${args[0] ?? ""}: ${stderr.toString().trim()}`));
      },
    );
  });
}

/** As {@link gitBytes}, as trimmed text. */
export async function git(args: readonly string[], options: GitOptions): Promise<string> {
  return (await gitBytes(args, options)).toString().trim();
}

export function noGit(): Error {
  return new Error("git is not on PATH; install it (https://git-scm.com/downloads)");
}
