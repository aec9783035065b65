/** A second Ctrl-C within this time, in milliseconds, is the first one told twice (by npm). */
const sameKeyPress = 1000;

/**
 * A signal that is aborted when the lab is asked to stop (SIGINT, SIGTERM), once; asked again, the
 * process ends at once with exit code 130.
 */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  let first = 0;
  const stop = () => {
    if (!controller.signal.aborted) {
      first = Date.now();
      controller.abort(new Error("stopped"));
    } else if (Date.now() - first > sameKeyPress) {
      process.exit(130);
    }
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  return controller.signal;
}
