import * as path from "node:path";

import { LocalWorkspace, PulumiCommand, type Stack } from "@pulumi/pulumi/automation";

import { findPulumiCli } from "../../../lab/engine/pulumiCli";
import type { ProviderServer } from "../../../lab/provider/server";
import { createProgress } from "../../../lab/shared/progress";

/** A stack for a program in a folder, with the lab's providers. */
export async function engineStack(
  dir: string,
  providers: ProviderServer,
  program: () => Promise<unknown>,
): Promise<Stack> {
  const { command } = await findPulumiCli({ progress: createProgress() });
  return LocalWorkspace.createStack(
    { stackName: "dev", projectName: "lab-test", program: program as () => Promise<void> },
    {
      pulumiCommand: await PulumiCommand.get({ root: path.resolve(command, "..", "..") }),
      pulumiHome: path.join(dir, "home"),
      workDir: dir,
      projectSettings: {
        name: "lab-test",
        runtime: "nodejs",
        backend: { url: `file://${dir}` },
      },
      envVars: {
        PULUMI_CONFIG_PASSPHRASE: "test",
        PULUMI_DEBUG_PROVIDERS: providers.debugProviders,
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        PULUMI_SKIP_UPDATE_CHECK: "true",
      },
    },
  );
}
