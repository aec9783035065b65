import * as path from "node:path";

/** What `npm run` tells of the checkout that it runs in: npm in the copy would take it for its own. */
const ofTheCheckout = /^(npm_(package|lifecycle|command|config_local_prefix)|INIT_CWD$)/;

/**
 * The environment of what runs in a copy: nothing leads back to the checkout, and what is written beside
 * the copy stays in its folder.
 *
 * @param folder of everything that is to be removed with the copy; has `cache` and `tmp`
 * @param first folders to put in front of PATH
 */
export function environment(
  env: NodeJS.ProcessEnv,
  folder: string,
  first: readonly string[],
): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !ofTheCheckout.test(name));
  const found = (env.PATH ?? "").split(path.delimiter).filter((entry) => !isNpms(entry));
  return {
    ...Object.fromEntries(kept),
    PATH: [...first, ...found].join(path.delimiter),
    // The lab keeps its language host here: the copy's is another one, with other packages in it.
    XDG_CACHE_HOME: path.join(folder, "cache"),
    TMPDIR: path.join(folder, "tmp"),
  };
}

/** Whether `npm run` put a folder onto PATH. */
function isNpms(entry: string): boolean {
  return /[\\/](node_modules[\\/]\.bin|node-gyp-bin)$/.test(entry);
}
