// What tsx compiled it keeps in the folder for temporary files, which other users of this machine can write to: one of
// them could make its cache first, and have code of theirs executed. So the folder is made for its user alone, and where
// another has made it, tsx goes without a cache.
//
// Relies on: the folder's name, `tsx-` and the user's id, and TSX_DISABLE_CACHE (tsx 4.23). Without it: tsx trusts
// whoever made the folder.
const { chmodSync, lstatSync, mkdirSync, rmSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");

/** @param {number | undefined} uid of this process; other systems than Unix have none, nor a shared folder */
module.exports = (folder = tmpdir(), uid = process.geteuid?.()) => {
  if (uid === undefined || isOwn(join(folder, `tsx-${uid}`), uid)) return;
  process.env.TSX_DISABLE_CACHE = "1";
};

function isOwn(cache, uid) {
  try {
    make(cache);
    const found = lstatSync(cache);
    if (!found.isDirectory() || found.uid !== uid) return false;
    // Others could write to it, so what is in it may be theirs.
    if ((found.mode & 0o022) !== 0) rmSync(cache, { recursive: true });
    make(cache);
    chmodSync(cache, 0o700);
    return true;
  } catch {
    return false; // it cannot be written to, or another process does the same
  }
}

function make(cache) {
  mkdirSync(cache, { mode: 0o700, recursive: true });
}
