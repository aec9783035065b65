import * as path from "node:path";

import { namingPolicies } from "./engine/environment";
import { findPulumiCli } from "./engine/pulumiCli";
import { runInTerminal } from "./engine/runInTerminal";
import { messageOf } from "./shared/messageOf";
import { createProgress } from "./shared/progress";
import { defaultPolicyConfig, policyPack } from "./shared/repository";
import { stopSignal } from "./shared/shutdown";

// `npm run pulumi -- …`: runs the Pulumi CLI with the user's own account and backend, in the current folder, with the
// policy pack enforced. Installs the CLI first if there is none.

async function main(args: readonly string[]): Promise<void> {
  const signal = stopSignal();
  const { command, path: folders } = await findPulumiCli({ progress: createProgress(), signal });
  const env = {
    ...process.env,
    PATH: [...folders, process.env.PATH ?? ""].join(path.delimiter),
    PULUMI_OPTION_POLICY_PACK: policyPack,
    PULUMI_OPTION_POLICY_PACK_CONFIG: defaultPolicyConfig,
  };
  const cwd = process.env.INIT_CWD ?? process.cwd();
  const own = namingPolicies(env, args);
  process.exitCode = await runInTerminal({ command, cwd, env: own }, args, signal);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`error: ${messageOf(error)}\n`);
  process.exitCode = 1;
});
