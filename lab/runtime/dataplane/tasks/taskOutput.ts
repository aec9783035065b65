import type { ChildProcess } from "node:child_process";
import { onBoundedLines } from "../../../shared/boundedLines";

/**
 * Hands on every line that a process writes, stdout and stderr mixed.
 * @returns its last three lines, kept up to date: what it had to say when it ended
 */
export function lastLines(
  child: ChildProcess,
  onOutput: ((line: string) => void) | undefined,
): readonly string[] {
  const last: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    onBoundedLines(stream, (line) => {
      last.push(line);
      if (last.length > 3) last.shift();
      onOutput?.(line);
    });
  }
  return last;
}
