import { type ActionCall, ActionError, type ActionResult, type ActionContext } from "./action";

/** AWS CodePipeline User Guide, "Quotas in AWS CodePipeline": seven days, in minutes. */
const WAIT_MINUTES = 7 * 24 * 60;

/** Waits for an approval, for at most seven days. */
export async function manualApproval(_: ActionContext, call: ActionCall): Promise<ActionResult> {
  const { action, log, runId, signal } = call;
  log(`Waiting for approval: npm run lab -- approve --run ${runId} (or with --reject)`);
  const { CustomData: data, ExternalEntityLink: link } = action.configuration;
  for (const text of [data, link]) if (text !== undefined) log(text);
  const late = AbortSignal.timeout((action.timeoutInMinutes ?? WAIT_MINUTES) * 60_000);
  const { approved, comment } = await Promise.race([
    call.approval(),
    aborted(late, () => new ActionError("The approval action timed out.")),
    aborted(signal, () => signal.reason as Error),
  ]);
  if (!approved) throw new ActionError(`Rejected: ${comment}`);
  return { summary: `Approved: ${comment}` };
}

/** Rejects when the signal is aborted. */
function aborted(signal: AbortSignal, reason: () => Error): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => {
      reject(reason());
    });
  });
}
