import { messageOf } from "./messageOf";

/** The system's error codes in words, with the remedy. */
const cures: Readonly<Record<string, string>> = {
  ENOSPC:
    "the disk is full: free some space and run the command again; it continues from where this one stopped",
  EDQUOT:
    "your disk quota is used up: free some space and run the command again; it continues from where this one stopped",
  EROFS: "the folder is not writable, and its disk may be read-only: use another one with --state",
  EACCES:
    "you have no permission to write there: use another folder with --state, or get the permission",
  EMFILE: "this process may open no more files: raise the limit, e.g. with ulimit -n 1024",
  ENFILE: "this machine has no files left to open: end other programs",
};

/** The message of an error; if the machine is short of something, with the remedy. */
export function messageWithRemedy(error: unknown): string {
  const { code = "", syscall } = (error ?? {}) as NodeJS.ErrnoException;
  // The account reports a failed write with its own message.
  const [told = ""] =
    /\b(?:ENOSPC|EDQUOT|EROFS|EACCES|EMFILE|ENFILE)\b/.exec(messageOf(error)) ?? [];
  // Node.js reports this for nested folders, even if the disk is read-only.
  const cannotMake = code === "ENOENT" && syscall === "mkdir";
  const cure = cannotMake ? cures.EROFS : (cures[code] ?? cures[told]);
  return cure === undefined ? messageOf(error) : `${cure} (${messageOf(error)})`;
}
