// What tsx compiled it keeps among the files for temporary use, where other users of this machine can write: one of them
// could make its cache first, and have code of theirs executed. So while it loads it is told of another folder for such
// files, which is its user's alone; where that cannot be had, of none at all, and it goes without a cache.
//
// Relies on: tsx asking for the folder for temporary files while it loads, and making its own in it as soon as it has
// compiled something; TSX_DISABLE_CACHE (tsx 4.23).
// Without it: nothing is loaded, for tsx trusts whoever made its folder.
// Proof: the folder, one for each version of tsx, has something of tsx's in it. If it has not, tsx compiles a text that
// nobody can have compiled before, and must leave something there. Where it is to go without a cache, one cannot be made.
const { randomBytes } = require("node:crypto");
const { chmodSync, lstatSync, mkdirSync, readdirSync, rmSync, writeFileSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");
const { version } = require("tsx/package.json");

/**
 * To be called before tsx is loaded; `loaded` once it is.
 *
 * @param {string} kind of its loaders: each has a cache of its own, and proves it.
 * @returns {{ loaded(): string | undefined, compiled(): void }} `loaded` returns a file that is then to be compiled,
 *   before `compiled` is called, if anything is to be proved.
 */
module.exports = (kind) => {
  const uid = process.geteuid?.();
  // Other systems than Unix have no such folder that users share.
  if (uid === undefined) return { loaded: () => undefined, compiled: () => undefined };
  const own = ownFolder(join(tmpdir(), `ecs-handson-${uid}`), uid);
  const folder = own && madeIn(own, `tsx-${version}-${kind}`);
  // Nothing can be made, nor found, below a file.
  const restore = changed(
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
        refuse(`tsx cannot keep in ${own} what it compiles: ${error.message}`);
      }
      return probe;
    },
    compiled: () => {
      rmSync(probe);
      if (readdirSync(folder).length > 0) return;
      refuse(
        `tsx ${version} keeps what it compiles where other users may write to it; ` +
          "install the version that package-lock.json pins (npm ci)",
      );
    },
  };
};

function refuse(why) {
  process.stderr.write(`error: ${why}\n`);
  process.exit(1);
}

/** Sets variables of this process. @returns {() => void} sets them back */
function changed(variables) {
  const before = Object.keys(variables).map((name) => [name, process.env[name]]);
  Object.assign(process.env, variables);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  };
}

/** The folder once it is there for its user alone; undefined if it is not, or cannot be. */
function ownFolder(folder, uid) {
  try {
    make(folder);
    // Others could write to it, so what is in it may be theirs.
    if (isOwn(folder, uid) && (lstatSync(folder).mode & 0o022) !== 0) {
      rmSync(folder, { recursive: true });
      make(folder);
    }
    // Asked once it stays: another user may have been quicker to make it again.
    if (!isOwn(folder, uid)) return undefined;
    chmodSync(folder, 0o700);
    return folder;
  } catch {
    return undefined; // it cannot be written to, or another process does the same
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
    return undefined; // the disk is full, or another process throws the folder away
  }
}

function make(folder) {
  mkdirSync(folder, { mode: 0o700, recursive: true });
}
