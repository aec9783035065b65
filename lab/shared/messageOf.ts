/** The message of anything that was thrown, as text for people. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
