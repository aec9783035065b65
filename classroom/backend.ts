import { shellQuoted } from "../lab/engine/languageHost/nodeProcess";
import type { OperationReport } from "../lab/engine/operation";
import type { StackPlan } from "./plan";

export type ClassOperation = "preview" | "up" | "destroy";

/** A stack to work on, with the file that configures its policies. */
export interface StackTask {
  plan: Pick<StackPlan, "stack" | "config">;
  /** Configuration of the policy pack for this stack. */
  policyConfig: string;
}

/** Where the stacks of a class are: in the lab, or on AWS. */
export interface Backend {
  readonly name: "lab" | "aws";
  /** Number of resources by stack; stacks without a state are absent. */
  resources(): Promise<Record<string, number>>;
  /**
   * Runs one operation on one stack. `up` previews first, and changes nothing if a policy refuses.
   *
   * @param signal cancels it; the engine finishes what it has started.
   * @throws Error if the engine cannot be run.
   */
  run(operation: ClassOperation, task: StackTask, signal: AbortSignal): Promise<OperationReport>;
  /** The command with which learners update their own stack in the checkout, with the class's policies and budget. */
  commandOf(stack: string): string;
  close(): Promise<void>;
}

/** A file's name, quoted for a shell if necessary. */
export function asTyped(file: string): string {
  return /^[\w./-]+$/.test(file) ? file : shellQuoted(file);
}
