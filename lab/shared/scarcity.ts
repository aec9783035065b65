import { messageOf } from "./messageOf";

/** What the system says in a few letters, in words, and what helps. */
const cures: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full: make room, and run it again, which goes on from where this ended",
  EDQUOT:
    "your quota of the disk is used up: make room, and run it again, which goes on from where this ended",
  EROFS: "the folder cannot be written to, its disk may be read-only: name another with --state",
  EACCES: "you may not write there: name another folder with --state, or have the permission given",
  EMFILE: "this process may open no more files: allow more, e.g. by ulimit -n 1024",
  ENFILE: "this machine has no files left to open: end other programs",
};

/** What went wrong, as text for a person; where the machine is short of something, with what helps. */
export function withCure(error: unknown): string {
  const { code = "", syscall } = (error ?? {}) as NodeJS.ErrnoException;
  // The account tells of a failed write in words of its own.
  const [told = ""] =
    /\b(?:ENOSPC|EDQUOT|EROFS|EACCES|EMFILE|ENFILE)\b/.exec(messageOf(error)) ?? [];
  // Node.js says so of folders within folders, on a disk that is read-only as well.
  const cannotMake = code === "ENOENT" && syscall === "mkdir";
  const cure = cannotMake ? cures.EROFS : (cures[code] ?? cures[told]);
  return cure === undefined ? messageOf(error) : `${cure} (${messageOf(error)})`;
}
