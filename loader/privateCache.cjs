// Makes tsx keep its compiled code in a folder that only this user can write to. By default it uses the system's folder
// for temporary files, where another user could create tsx's cache first and so have their code executed. While tsx
// loads, it sees a private temporary folder instead; if that cannot be created, it runs without a cache.
//
// Relies on: tsx asking for the temporary folder while it loads, and creating its own in it as soon as it has compiled
// something; TSX_DISABLE_CACHE (tsx 4.23).
// Check: the private folder, one for each version of tsx, has something in it. If it is empty, tsx compiles a text that
// cannot be cached yet, and must leave something there. Without a cache, the folder it sees cannot be created.
// Otherwise: the process ends, since tsx trusts the cache whoever created it.
const { randomBytes } = require("node:crypto");
const { chmodSync, lstatSync, mkdirSync, readdirSync, rmSync, writeFileSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");
const { version } = require("tsx/package.json");

/**
 * Call this before loading tsx, `loaded` right after, and `compiled` once the file that `loaded` returned, if any, has
 * been loaded.
 *
 * @param {string} kind which of tsx's loaders; each has its own cache and checks it.
 * @returns {{ loaded(): string | undefined, compiled(): void }} `loaded` returns a file to load for the check, or
 *   undefined if none is needed.
 */
module.exports = (kind) => {
  const uid = process.geteuid?.();
  // Only Unix has a temporary folder that users share.
  if (uid === undefined) return { loaded: () => undefined, compiled: () => undefined };
  const own = ownFolder(join(tmpdir(), `ecs-handson-${uid}`), uid);
  const folder = own && madeIn(own, `tsx-${version}-${kind}`);
  // The path of a file as the folder: nothing can be created or found below it.
  const restore = setVariables(
    folder === undefined ? { TMPDIR: module.filename, TSX_DISABLE_CACHE: "1" } : { TMPDIR: folder },
  );
  let probe;
  return {
    loaded: () => {
      restore();
      if (folder === undefined || readdirSync(folder).length > 0) return undefined;
      const text = randomBytes(16).toString("hex");
      probe = join(own, `${text}.ts`);
      try {
        writeFileSync(probe, `export const text: string = "${text}";\n`, {
          flag: "wx",
          mode: 0o600,
        });
      } catch (error) {
        refuse(`tsx cannot keep compiled code in ${own}: ${error.message}`);
      }
      return probe;
    },
    compiled: () => {
      rmSync(probe);
      if (readdirSync(folder).length > 0) return;
      refuse(
        `tsx ${version} keeps compiled code where other users can write to it; ` +
          "install the version that package-lock.json pins (npm ci)",
      );
    },
  };
};

function refuse(why) {
  process.stderr.write(`error: ${why}\n`);
  process.exit(1);
}

/** Sets environment variables of this process. @returns {() => void} restores them */
function setVariables(variables) {
  const before = Object.keys(variables).map((name) => [name, process.env[name]]);
  Object.assign(process.env, variables);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  };
}

/** Creates the folder for its user alone; returns undefined if that is not possible. */
function ownFolder(folder, uid) {
  try {
    make(folder);
    // Others could write to it, so its content may be theirs.
    if (isOwn(folder, uid) && (lstatSync(folder).mode & 0o022) !== 0) {
      rmSync(folder, { recursive: true });
      make(folder);
    }
    // Checked last: another user may have recreated it first.
    if (!isOwn(folder, uid)) return undefined;
    chmodSync(folder, 0o700);
    return folder;
  } catch {
    return undefined; // it is not writable, or another process is doing the same
  }
}

function isOwn(folder, uid) {
  const found = lstatSync(folder);
  return found.isDirectory() && found.uid === uid;
}

function madeIn(own, name) {
  try {
    const folder = join(own, name);
    make(folder);
    return folder;
  } catch {
    return undefined; // the disk is full, or another process is removing the folder
  }
}

function make(folder) {
  mkdirSync(folder, { mode: 0o700, recursive: true });
}
