import type { Ora } from "ora";

/** Tells a person that something long is going on. */
export interface Progress {
  start(text: string): void;
  update(text: string): void;
  succeed(text: string): void;
  fail(text: string): void;
}

/** Without a terminal, an update is printed at most this often, in milliseconds. */
const printEvery = 30_000;

/**
 * A spinner on a terminal, plain lines elsewhere (CI logs), on standard error, so that what a
 * program reads from standard output stays clean.
 */
export function createProgress(): Progress {
  let made: Ora | undefined;
  // Loaded only when something is long: most commands never show it.
  const spinner = () => (made ??= loadOra()({ stream: process.stderr, discardStdin: false }));
  let printed = Date.now();
  return {
    start: (text) => void spinner().start(text),
    update: (text) => {
      spinner().text = text;
      if (spinner().isSpinning && process.stderr.isTTY) return;
      if (Date.now() - printed < printEvery) return;
      printed = Date.now();
      process.stderr.write(`- ${text}\n`);
    },
    succeed: (text) => void spinner().succeed(text),
    fail: (text) => void spinner().fail(text),
  };
}

function loadOra(): typeof import("ora").default {
  return (require("ora") as typeof import("ora")).default;
}
