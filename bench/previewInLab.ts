// Previews a flat program with the whole pack, as the lab's command line does:
//
//   node --require ecs-handson-loader bench/previewInLab.ts COUNT STATE_DIR
import "../lab/engine/internals/quick-modules.cjs";

import * as path from "node:path";

import { startEarly } from "../lab/engine/earlyStart";
import { policyPack } from "../lab/shared/repository";

async function main([count = "", state = ""]: string[]): Promise<void> {
  const programDir = path.join(__dirname, "flat");
  const early = await startEarly({ pack: policyPack, program: programDir, stateDir: state });
  const { Session } =
    require("../lab/ui/commands/session/session") as typeof import("../lab/ui/commands/session/session");
  const session = await Session.open({
    stack: "bench",
    state,
    json: true,
    early,
    signal: new AbortController().signal,
    programDir,
    policyConfig: path.join(programDir, "policies.json"),
    config: { count },
  });
  const report = await session.preview().finally(() => session.close());
  if (report.result === "failed") throw new Error(JSON.stringify(report, null, 2));
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
