import { liveLine } from "../../shared/liveLine";

/** Prints on standard error, above the line that tells how far an operation is. */
export function printError(text: string): void {
  liveLine.above(() => process.stderr.write(text));
}
