import { PreparedPack } from "../lab/engine/languageHost/preparedPack";
import type { OperationReport } from "../lab/engine/operation";
import "../lab/engine/internals/quick-modules.cjs";
import { usesBuiltCli } from "../lab/engine/pulumiInstall";
import { messageOf } from "../lab/shared/messageOf";
import { policyPack } from "../lab/shared/repository";
import type { ClassOperation } from "./backend";

/** A request to a worker, which runs one operation at a time. */
export type Request =
  | {
      operation: ClassOperation;
      /** The class, as text. */
      setUpBy: string;
      stack: string;
      state: string;
      config: Record<string, string>;
      policyConfig: string;
    }
  | "cancel";

export type Answer = { report: OperationReport } | { error: string };

/**
 * Runs stacks for the class in a separate process, so that a crashing program does not affect other stacks, and several
 * processors are used. Ends with the process that started it.
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
        error: messageOf(error),
      }),
    )
    .then((answer) => process.send?.(answer));
});
process.on("disconnect", () => process.exit());

async function work(
  request: Exclude<Request, "cancel">,
  signal: AbortSignal,
): Promise<OperationReport> {
  const { operation, ...options } = request;
  const pack = operation === "destroy" ? undefined : await policiesWith(options.policyConfig);
  // Loaded while the pack starts.
  const { Session } =
    require("../lab/ui/commands/session/session") as typeof import("../lab/ui/commands/session/session");
  const session = await Session.open({
    ...options,
    early: { pack },
    json: true,
    signal,
  });
  return session[operation]().finally(() => session.close());
}

/** The pack, which checks one stack after another; it has one configuration at a time. */
let policies: { config: string; server?: PreparedPack } | undefined;

async function policiesWith(config: string): Promise<PreparedPack | undefined> {
  if (policies?.config !== config || policies.server?.isRunning === false) {
    policies?.server?.close();
    policies = {
      config,
      server: (await usesBuiltCli()) ? new PreparedPack(policyPack) : undefined,
    };
  }
  return policies.server;
}
