import type { ResourceRecord } from "../account/record";

/** How to wait for a created or updated resource. */
export interface Wait {
  readonly operation: "create" | "update";
  /** How long, in ms. */
  readonly timeoutMs: number;
  /** Aborted when the operation is cancelled. */
  readonly signal: AbortSignal;
  /** Called with its progress. */
  readonly onProgress: (text: string) => void;
}

/**
 * Called after a resource was created or updated, before the engine gets the result; resolves when the resource is
 * ready. A rejection fails the operation, but the resource stays created.
 */
export type Settle = (record: ResourceRecord, wait: Wait) => Promise<void>;

/** The provider's default timeout, which is 20 minutes for ECS services. */
const DEFAULT_TIMEOUT_S = 20 * 60;

/** A call from the engine that may take long. */
export interface LongCall {
  /** Aborted when the engine cancels, or is gone. */
  readonly signal: AbortSignal;
  /** Shows a text beside the resource, replacing the previous one. */
  readonly progress: (urn: string, text: string) => void;
}

/**
 * The wait for the resource that a call creates or updates.
 * @param timeoutS the program's `customTimeouts`, in seconds; 0 for none
 */
export function waitFor(
  { signal, progress }: LongCall,
  operation: Wait["operation"],
  urn: string,
  timeoutS: number,
): Wait {
  return {
    operation,
    timeoutMs: (timeoutS || DEFAULT_TIMEOUT_S) * 1000,
    signal,
    onProgress: (text) => {
      progress(urn, text);
    },
  };
}
