/** Longest that a test waits for what comes sooner on any machine, in ms: only failures show after it. */
export const PATIENCE_MS = 120_000;
