import { z } from "zod";

/** What a stand-in program in a build asks of the lab. */
export const toolCallSchema = z.object({
  program: z.string(),
  args: z.array(z.string()),
  cwd: z.string(),
  /** Empty unless the program reads it. */
  stdin: z.string(),
});

/** A line of the response: text for standard output or standard error as it arrives; at the end, the exit code. */
export type ToolLine = { out: string } | { err: string } | { code: number };
