import { type LiveLine, liveLine } from "./liveLine";

/** Tells a person that something long is going on. */
export interface Progress {
  start(text: string): void;
  update(text: string): void;
  succeed(text: string): void;
  fail(text: string): void;
}

/** Where there is no live line, an update is printed at most this often, in milliseconds. */
const printEvery = 30_000;

/**
 * The live line of a terminal while something lasts, plain lines elsewhere (CI logs), on standard error, so that what
 * a program reads from standard output stays clean.
 *
 * @param live where it is shown. @default this process's own line
 * @param print writes a line. @default to standard error
 */
export function createProgress(
  live: Pick<LiveLine, "canShow" | "clear" | "show"> = liveLine,
  print: (text: string) => void = (text) => void process.stderr.write(text),
): Progress {
  let printed = Date.now();
  const say = (mark: string, text: string) => {
    live.clear();
    print(`${mark} ${text}\n`);
  };
  return {
    start: (text) => {
      if (live.canShow) live.show(text);
      else say("-", text);
    },
    update: (text) => {
      if (live.canShow) {
        live.show(text);
      } else if (Date.now() - printed >= printEvery) {
        printed = Date.now();
        say("-", text);
      }
    },
    succeed: (text) => {
      say("✔", text);
    },
    fail: (text) => {
      say("✖", text);
    },
  };
}
