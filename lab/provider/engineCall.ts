import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

import type { LongCall } from "./settling";

/** A possibly long call from the engine: it can be cancelled, and report its progress. */
export class EngineCall implements LongCall {
  private engine: EngineClient | undefined;

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
    // Errors are ignored: the engine may no longer be listening.
    this.engine.log(request, () => undefined);
  };

  close(): void {
    this.engine?.close();
  }
}
