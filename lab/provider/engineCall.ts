import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

import type { LongCall } from "./settling";

/** How long the engine may take to show a text, in milliseconds; after that, it is not waited for. */
const shownWithinMs = 2000;

/**
 * A possibly long call from the engine: it can be cancelled, and report its progress. Texts are sent one after another,
 * since the engine handles concurrent calls in any order; of those that come in the meantime, only the last is sent.
 */
export class EngineCall implements LongCall {
  private engine: EngineClient | undefined;
  private next: LogRequest | undefined;
  private reporting: Promise<void> | undefined;

  /**
   * @param cancelled aborted when the engine cancels all its calls
   * @param engineAddress of the engine's service, from the handshake; without it, progress is not reported
   */
  constructor(
    private readonly call: { once(event: "cancelled", listener: () => void): unknown },
    private readonly cancelled: AbortSignal,
    private readonly engineAddress: string | undefined,
  ) {}

  get signal(): AbortSignal {
    const gone = new AbortController();
    this.call.once("cancelled", () => {
      gone.abort(new Error("the engine has gone"));
    });
    return AbortSignal.any([this.cancelled, gone.signal]);
  }

  readonly progress = (urn: string, text: string): void => {
    if (this.engineAddress === undefined) return;
    this.engine ??= new EngineClient(this.engineAddress, grpc.credentials.createInsecure());
    const request = new LogRequest();
    request.setSeverity(LogSeverity.INFO);
    request.setUrn(urn);
    request.setMessage(text);
    request.setEphemeral(true);
    this.next = request;
    this.reporting ??= this.report(this.engine);
  };

  /** Ends the reports. Resolves when the engine has the last one, which may say why the call fails. */
  async close(): Promise<void> {
    await this.reporting;
    this.engine?.close();
  }

  private async report(engine: EngineClient): Promise<void> {
    while (this.next !== undefined) {
      const request = this.next;
      this.next = undefined;
      await new Promise<void>((resolve) => {
        const deadline = Date.now() + shownWithinMs;
        // Errors are ignored: the engine may no longer be listening.
        engine.log(request, new grpc.Metadata(), { deadline }, () => {
          resolve();
        });
      });
    }
    this.reporting = undefined;
  }
}
