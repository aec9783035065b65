import type { ResourceRecord } from "../account/record";

/** How a resource that was created or updated is waited for. */
export interface Wait {
  readonly operation: "create" | "update";
  /** How long, in ms. */
  readonly timeoutMs: number;
  /** Aborted when the operation was cut off. */
  readonly signal: AbortSignal;
  /** To be told how far it is. */
  readonly onProgress: (text: string) => void;
}

/**
 * Called after a resource was created or updated and before the engine is told; resolves when the
 * resource is ready. A rejection fails the resource, which stays created.
 */
export type Settle = (record: ResourceRecord, wait: Wait) => Promise<void>;

/** What the provider waits at most unless the program says otherwise: ECS services' 20 minutes. */
const DEFAULT_TIMEOUT_S = 20 * 60;

/** One call of the engine's that may take long. */
export interface LongCall {
  /** Aborted when the engine gives up, or goes. */
  readonly signal: AbortSignal;
  /** Shows a text beside the resource, in the place of the one before. */
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
