import { appendFileSync } from "node:fs";

// What the lab changes in packages and in Node.js, beyond their documentation, stands in this folder, one file
// each. A file says what it relies on, what is lost without it, and how it proves itself in each process. What
// has no effect costs time, or findings their lines, and nothing else. Seen with @pulumi/pulumi 3.248.0, tsx
// 4.23.15 and Node.js 20, 22 and 24.

/** What one process says at its end, as a line of JSON in the file that LAB_LEVERS names. */
export interface LeverNote {
  lever: string;
  /** Whether it had an effect. Absent where this process gave it no occasion, or it was left out. */
  effective: boolean;
}

/** Names of levers, separated by commas, that are left out: to measure what each is worth. */
const leftOut = new Set((process.env.LAB_WITHOUT ?? "").split(","));

/**
 * Pulls a lever, unless it is left out; one that fails is let go.
 *
 * @param pull makes the change and returns whether it has had an effect, asked at the process's end;
 *   it leaves everything as it is, and returns nothing, if what it changes is not there.
 */
export function lever(name: string, pull: () => (() => boolean) | undefined): void {
  if (leftOut.has(name)) return;
  let isEffective: (() => boolean) | undefined;
  try {
    isEffective = pull();
  } catch {
    // It is not there, or cannot be changed.
  }
  const file = process.env.LAB_LEVERS;
  if (file === undefined) return;
  process.on("exit", () => {
    const note: LeverNote = { lever: name, effective: isEffective?.() ?? false };
    try {
      appendFileSync(file, `${JSON.stringify(note)}\n`);
    } catch {
      // Whoever asked is gone.
    }
  });
}
