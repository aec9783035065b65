import { type LiveLine, liveLine } from "./liveLine";

/** Shows people that something long is going on. */
export interface Progress {
  start(text: string): void;
  update(text: string): void;
  succeed(text: string): void;
  fail(text: string): void;
}

/** Without a live line, how often an update is printed at most, in milliseconds. */
const printEvery = 30_000;

/**
 * Shows progress on a terminal's live line, or as plain lines elsewhere (CI logs). Written to standard error, so that
 * standard output stays clean for programs.
 *
 * @param live the line to use. @default this process's own
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
