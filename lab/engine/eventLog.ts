import { type FileHandle, open } from "node:fs/promises";
import { StringDecoder } from "node:string_decoder";

import type { EngineEvent } from "@pulumi/pulumi/automation";

/** How often the file is polled, in milliseconds. */
const lookEvery = 100;

/** Follows the file that the engine writes with `--event-log`. */
export class EngineEventLog {
  private readonly decoder = new StringDecoder("utf8");
  private rest = "";
  private offset = 0;
  private file?: FileHandle;
  private reading: Promise<void> = Promise.resolve();
  private readonly timer: NodeJS.Timeout;

  /** @param onEvent called with each event, in order. */
  constructor(
    private readonly path: string,
    private readonly onEvent: (event: EngineEvent) => void,
  ) {
    this.timer = setInterval(() => void this.read(), lookEvery);
  }

  /** Reads the rest once the engine has ended. An engine that was killed may leave half a line. */
  async end(): Promise<void> {
    clearInterval(this.timer);
    await this.read();
    await this.file?.close();
  }

  /** @throws Error if a line is not an event; {@link end} then reports it. */
  private read(): Promise<void> {
    this.reading = this.reading.then(() => this.readOn());
    this.reading.catch(() => undefined);
    return this.reading;
  }

  private async readOn(): Promise<void> {
    this.file ??= await open(this.path).catch(() => undefined);
    if (!this.file) return;
    const buffer = Buffer.alloc(256 * 1024);
    for (;;) {
      const { bytesRead } = await this.file.read(buffer, 0, buffer.length, this.offset);
      if (bytesRead === 0) return;
      this.offset += bytesRead;
      const lines = (this.rest + this.decoder.write(buffer.subarray(0, bytesRead))).split("\n");
      this.rest = lines.pop() ?? "";
      for (const line of lines) this.onEvent(JSON.parse(line) as EngineEvent);
    }
  }
}
