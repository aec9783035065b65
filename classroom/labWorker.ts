import type { OperationReport } from "../lab/engine/operation";
import type { ClassOperation } from "./backend";

/** What the class asks of a worker; one operation at a time. */
export type Request =
  | {
      operation: ClassOperation;
      stack: string;
      state: string;
      config: Record<string, string>;
      policyConfig: string;
    }
  | "cancel";

export type Answer = { report: OperationReport } | { error: string };

/**
 * Runs stacks for the class in a process of its own, so that a program that goes astray takes nobody
 * else's stack with it, and that several processors are used. Ends with the process that started it.
 */
let current = new AbortController();

process.on("message", (request: Request) => {
  if (request === "cancel") {
    current.abort(new Error("stopped"));
    return;
  }
  current = new AbortController();
  void work(request, current.signal)
    .then(
      (report): Answer => ({ report }),
      (error: unknown): Answer => ({
        error: error instanceof Error ? error.message : String(error),
      }),
    )
    .then((answer) => process.send?.(answer));
});
process.on("disconnect", () => process.exit());

async function work(
  request: Exclude<Request, "cancel">,
  signal: AbortSignal,
): Promise<OperationReport> {
  const [{ Session }, { PolicyServer }, { policyPack }] = await Promise.all([
    import("../lab/commands/session"),
    import("../lab/engine/policyServer"),
    import("../lab/repository"),
  ]);
  const { operation, ...options } = request;
  const judged = operation !== "destroy";
  const policyServer = judged ? await PolicyServer.startEarly(policyPack) : undefined;
  try {
    const session = await Session.open({
      ...options,
      replaceConfig: true,
      policyServer,
      json: true,
      signal,
    });
    return await session[operation]().finally(() => session.close());
  } finally {
    policyServer?.close();
  }
}
