import { rm, writeFile } from "node:fs/promises";
import * as path from "node:path";

import { policyConfigOf } from "../../../engine/base";
import { temporaryFolder } from "../../../shared/temporaryFolder";
import type { OpenStack } from "./openStack";

/** The settings given for a session, in addition to those of its stack. */
export class GivenSettings {
  constructor(private readonly stack: OpenStack) {}

  /**
   * Calls `use` with a file that combines the stack's settings with those given for this session, if any, and with a
   * temporary folder.
   */
  async with<T>(use: (configFile: string | undefined, folder: string) => Promise<T>): Promise<T> {
    const { engine, options } = this.stack;
    // The program loads while the stack is created and the engine starts.
    engine.prepareProgram();
    await engine.stack.create();
    const { config = {}, replaceConfig, setUpBy } = options;
    const { settings } = engine.stack;
    const isWhole = replaceConfig === true || setUpBy !== undefined;
    const folder = await temporaryFolder("settings");
    try {
      if (!isWhole && Object.keys(config).length === 0) return await use(undefined, folder);
      const text = await (isWhole ? settings.instead(config) : settings.with(config));
      const file = path.join(folder, "Pulumi.yaml");
      await writeFile(file, text, { mode: 0o600 });
      return await use(file, folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Keeps them after an update that succeeded or created the stack, if one person sets it up for another. */
  async setUp(): Promise<void> {
    const { setUpBy, config = {} } = this.stack.options;
    if (setUpBy === undefined) return;
    const policyConfig = policyConfigOf(this.stack.options);
    await this.stack.engine.stack.settings.setUp(setUpBy, config, policyConfig);
  }
}
