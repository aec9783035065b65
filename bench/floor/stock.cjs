// The floor: Pulumi's Automation API, used as its documentation shows, with a flat program in plain JavaScript, without
// components and policies.
//
//   node bench/floor/stock.cjs preview|up|destroy COUNT STATE_DIR STACK
//
// PULUMI_DEBUG_PROVIDERS names the provider, and PULUMI_ROOT the folder of the CLI if it is not on PATH.
const { mkdirSync } = require("node:fs");
const path = require("node:path");
const { pathToFileURL } = require("node:url");

const { LocalWorkspace, PulumiCommand } = require("@pulumi/pulumi/automation");
const { declareResources } = require("./resources.cjs");

const [operation, count, stateDir, stackName] = process.argv.slice(2);
const program = async () => declareResources(Number(count), stackName);

async function main() {
  const state = path.join(stateDir, "state");
  mkdirSync(state, { recursive: true });
  const { PULUMI_ROOT: root, PULUMI_DEBUG_PROVIDERS } = process.env;
  const stack = await LocalWorkspace.createOrSelectStack(
    { stackName, projectName: "floor", program },
    {
      pulumiCommand: root ? await PulumiCommand.get({ root }) : undefined,
      stackSettings: { [stackName]: { config: { "aws:region": "ap-northeast-1" } } },
      pulumiHome: path.join(stateDir, "home"),
      envVars: {
        PULUMI_BACKEND_URL: pathToFileURL(state).href,
        PULUMI_CONFIG_PASSPHRASE: "floor",
        PULUMI_DEBUG_PROVIDERS,
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      },
    },
  );
  await stack[operation]();
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
