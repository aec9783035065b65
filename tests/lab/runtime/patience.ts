/** How long a test waits at most, in ms: on any machine success comes sooner, so only failures take this long. */
export const PATIENCE_MS = 120_000;
