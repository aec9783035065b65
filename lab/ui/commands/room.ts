import { QuotaReached } from "../../account/reservations";
import type { OperationReport } from "../../engine/operation";
import type { Planned } from "../../engine/planned";
import type { Host } from "../../host/host";
import { toStackReport } from "../../host/stackReports";
import { printError } from "./printError";

/**
 * Calls `update` with room within the account's quotas for what a preview is to create.
 *
 * @returns what that returns; the preview as a failed one, with the reason, if there is no room
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
