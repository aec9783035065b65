/** How a stand-in program was called. */
export interface ToolCall {
  readonly args: readonly string[];
  readonly cwd: string;
  /** What came by standard input; empty unless the program reads it. */
  readonly stdin: string;
  /** Write to its standard output and standard error; whole lines. */
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** A stand-in program. Resolves to its exit code. */
export type Tool = (call: ToolCall) => Promise<number>;

/** What the stand-in says of itself, so that nobody takes it for the real one. */
export const SIMULATED = "[lab]";
