// Previews a flat program in the lab as its command line does, with the whole pack:
//
//   node --require tsx/cjs bench/previewInLab.ts COUNT STATE_DIR
import "../lab/engine/quick-modules.cjs";

import { PolicyServer } from "../lab/engine/policyServer";
import { policyPack } from "../lab/repository";

async function main([count = "", state = ""]: string[]): Promise<void> {
  const policyServer = await PolicyServer.startEarly(policyPack);
  const { Session } =
    require("../lab/commands/session") as typeof import("../lab/commands/session");
  const session = await Session.open({
    stack: "bench",
    state,
    json: true,
    policyServer,
    signal: new AbortController().signal,
    program: () => {
      const { declareResources } =
        require("./floor/resources.cjs") as typeof import("./floor/resources.cjs");
      declareResources(Number(count));
      return Promise.resolve({});
    },
  });
  const report = await session.preview().finally(() => session.close());
  if (report.result === "failed") throw new Error(JSON.stringify(report, null, 2));
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
