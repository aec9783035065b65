import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { createInterface } from "node:readline";

import { findPulumiCli } from "../../lab/engine/pulumiCli";
import { createProgress } from "../../lab/shared/progress";
import { repository } from "../../lab/shared/repository";
import { timeNode, type Timing, labCommand } from "../timedProcess";

/** The baseline that others are compared with: see stock.cjs. */
export interface Floor {
  /** Runs `preview`, `up` or `destroy` with this many resources. @throws Error if it fails */
  time(operation: string, resources: number, stack?: string): Promise<Timing>;
  /** Ends the provider and deletes the stacks' files. */
  close(): Promise<void>;
}

/** Opens the floor with an empty account; its provider runs next to it and is not measured. */
export async function openFloor(): Promise<Floor> {
  const stateDir = await mkdtemp(path.join(tmpdir(), "bench-floor-"));
  const { command } = await findPulumiCli({ progress: createProgress() });
  const account = path.join(stateDir, "account");
  // Each bare stack has a VPC, and an account starts with a quota of five.
  await timeNode(labCommand("quota", "vpcs=200", "--state", account));
  const provider = spawn(process.execPath, labCommand("provider", "--state", account), {
    cwd: repository,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(createInterface({ input: provider.stdout }), "line")) as [string];
  const env = {
    PULUMI_DEBUG_PROVIDERS: line.replace(/^PULUMI_DEBUG_PROVIDERS=/, ""),
    PULUMI_ROOT: path.isAbsolute(command) ? path.resolve(command, "../..") : "",
  };
  return {
    time: (operation, resources, stack = "floor") =>
      timeNode(
        [path.join("bench", "floor", "stock.cjs"), operation, `${resources}`, stateDir, stack],
        env,
      ),
    close: async () => {
      const exit = once(provider, "exit");
      provider.kill();
      await exit;
      await rm(stateDir, { recursive: true });
    },
  };
}
