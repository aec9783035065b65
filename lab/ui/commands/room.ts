import { QuotaReached } from "../../account/reservations";
import type { OperationReport } from "../../engine/operation";
import type { Planned } from "../../engine/planned";
import type { Host } from "../../host/host";
import { toStackReport } from "../../host/stackReports";
import { printError } from "./printError";

/**
 * Calls `update` while room is reserved in the account's quotas for what a preview will create.
 *
 * @returns the update's report; if there is no room, the preview's report marked as failed, with the reason
 */
export async function withRoom(
  host: Host,
  planned: Planned,
  preview: OperationReport,
  { json }: { json?: boolean },
  update: () => Promise<OperationReport>,
): Promise<OperationReport> {
  let release;
  try {
    release = await host.reserve({ stack: preview.stack, planned: planned.list() });
  } catch (error) {
    if (!(error instanceof QuotaReached)) throw error;
    if (!json) printError(`error: ${error.message}\n`);
    const refused: OperationReport = { ...preview, result: "failed", errors: [error.message] };
    await host.report(toStackReport(refused));
    return refused;
  }
  return update().finally(release);
}
