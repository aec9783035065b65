// Previews a flat program in the lab as its command line does, with the whole pack:
//
//   node --import tsx bench/previewInLab.ts COUNT STATE_DIR
import { PolicyServer } from "../lab/engine/policyServer";
import { policyPack } from "../lab/repository";

async function main([count = "", state = ""]: string[]): Promise<void> {
  const policyServer = await PolicyServer.startEarly(policyPack);
  const [{ Session }, { declareResources }] = await Promise.all([
    import("../lab/commands/session"),
    import("./floor/resources.cjs"),
  ]);
  const session = await Session.open({
    stack: "bench",
    state,
    json: true,
    policyServer,
    signal: new AbortController().signal,
    program: () => {
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
