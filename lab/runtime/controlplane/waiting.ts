/** How long to wait, and for what. */
export interface Waiting {
  /** Calls back after every change; returns a function that stops it. */
  readonly onChange: (listener: () => void) => () => void;
  /** In ms. */
  readonly timeoutMs: number;
  /** Stops waiting; rejects with the signal's reason. */
  readonly signal: AbortSignal | undefined;
  /** The error after the timeout. */
  readonly onTimeout: () => Error;
}

/**
 * Checks now and after every change, until there is a result: `true` resolves, an error rejects.
 * @param look returns undefined to keep waiting
 */
export function waitFor(
  look: () => true | Error | undefined,
  { onChange, timeoutMs, signal, onTimeout }: Waiting,
): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const finish = (outcome: true | Error) => {
      clearTimeout(timer);
      stop();
      signal?.removeEventListener("abort", abort);
      if (outcome === true) resolve();
      else reject(outcome);
    };
    const abort = () => {
      finish(signal?.reason as Error);
    };
    const check = () => {
      const outcome = look();
      if (outcome !== undefined) finish(outcome);
    };
    const timer = setTimeout(() => {
      finish(onTimeout());
    }, timeoutMs);
    const stop = onChange(check);
    signal?.addEventListener("abort", abort);
    if (signal?.aborted) abort();
    else check();
  });
}
