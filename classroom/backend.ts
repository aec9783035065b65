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
   * @param signal cancels it: the engine finishes what it has begun.
   * @throws Error if the engine could not be run.
   */
  run(operation: ClassOperation, task: StackTask, signal: AbortSignal): Promise<OperationReport>;
  /** What a learner types in the checkout to update their own stack, with the class's policies and budget. */
  commandOf(stack: string): string;
  close(): Promise<void>;
}

/** A file's name as one types it in a shell. */
export function asTyped(file: string): string {
  return /^[\w./-]+$/.test(file) ? file : shellQuoted(file);
}
