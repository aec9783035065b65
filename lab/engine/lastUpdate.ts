import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import * as path from "node:path";

import { z } from "zod";

import { parsedJson } from "../shared/parsedJson";
import { replaceFile } from "../shared/replaceFile";
import { workDirs } from "./workDirs";

const recordSchema = z.object({ registrations: z.string(), state: z.string() });

/** Records on disk what the last update of a stack registered, and the state it left. */
export class LastUpdate {
  private readonly file: string;
  private readonly stateFile: string;

  constructor(stateDir: string, project: string, stack: string) {
    const dirs = workDirs(stateDir, stack);
    this.file = path.join(dirs.work, "last-update.json");
    this.stateFile = dirs.stackFile(project);
  }

  /** @param registrations digest of the registrations of the update that has just succeeded. */
  async set(registrations: string): Promise<void> {
    const record = { registrations, state: await this.state() };
    await replaceFile(this.file, JSON.stringify(record));
  }

  /** Whether the last update registered the same, and the stack's state is unchanged since. */
  async was(registrations: string): Promise<boolean> {
    const text = await readFile(this.file, "utf8").catch(() => undefined);
    if (text === undefined) return false;
    const record = recordSchema.safeParse(parsedJson(text)).data;
    return record?.registrations === registrations && record.state === (await this.state());
  }

  private async state(): Promise<string> {
    return createHash("sha256")
      .update(await readFile(this.stateFile))
      .digest("base64url");
  }
}
