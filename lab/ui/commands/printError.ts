import { liveLine } from "../../shared/liveLine";

/** Prints on standard error, above the progress line. */
export function printError(text: string): void {
  liveLine.above(() => process.stderr.write(text));
}
