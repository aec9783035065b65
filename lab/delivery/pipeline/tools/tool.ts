/** How a stand-in program was called. */
export interface ToolCall {
  readonly args: readonly string[];
  readonly cwd: string;
  /** Standard input; empty unless the program reads it. */
  readonly stdin: string;
  /** Write whole lines to its standard output and standard error. */
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** A stand-in program. Resolves to its exit code. */
export type Tool = (call: ToolCall) => Promise<number>;

/** Prefix of the stand-in's own messages, so that nobody takes it for the real program. */
export const SIMULATED = "[lab]";
