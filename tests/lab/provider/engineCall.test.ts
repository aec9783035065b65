import assert from "node:assert/strict";
import { EventEmitter } from "node:events";

import * as grpc from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

import { EngineCall } from "../../../lab/provider/engineCall";

const urn = "urn:pulumi:dev::app::aws:ecs/service:Service::web";

describe("the progress of a call", () => {
  let server: grpc.Server;
  let call: EngineCall;
  /** Texts that the engine was asked to show and has not confirmed yet, with what confirms each. */
  let asked: { text: string; confirm: () => void }[];
  let onAsked: () => void;

  beforeEach(async () => {
    asked = [];
    onAsked = () => undefined;
    server = new grpc.Server();
    const log: grpc.handleUnaryCall<LogRequest, Empty> = ({ request }, callback) => {
      const confirm = () => {
        callback(null, new Empty());
      };
      asked.push({ text: request.getMessage(), confirm });
      onAsked();
    };
    server.addService(EngineService, { log });
    const credentials = grpc.ServerCredentials.createInsecure();
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", credentials, (error, bound) => {
        if (error) reject(error);
        else resolve(bound);
      });
    });
    const { signal } = new AbortController();
    call = new EngineCall(new EventEmitter(), signal, `127.0.0.1:${port}`);
  });

  afterEach(() => {
    server.forceShutdown();
  });

  const nextAsked = () =>
    new Promise<{ text: string; confirm: () => void }>((resolve) => {
      onAsked = () => {
        const next = asked.shift();
        if (next) resolve(next);
      };
      onAsked();
    });

  it("reaches the engine in order: a text is sent when the one before it is shown", async () => {
    call.progress(urn, "1 of 3");
    call.progress(urn, "2 of 3");
    call.progress(urn, "3 of 3");
    const first = await nextAsked();
    assert.equal(first.text, "1 of 3");
    assert.deepEqual(asked, []);
    first.confirm();
    const second = await nextAsked();
    assert.equal(second.text, "3 of 3", "what is out of date is left out");
    second.confirm();
    await call.close();
    assert.deepEqual(asked, []);
  });

  it("has reached the engine before the call ends", async () => {
    call.progress(urn, "last stop: no image");
    let hasEnded = false;
    const ended = call.close().then(() => {
      hasEnded = true;
    });
    const last = await nextAsked();
    assert.equal(hasEnded, false);
    last.confirm();
    await ended;
  });

  it("does not keep the call from ending when the engine is gone", async () => {
    server.forceShutdown();
    call.progress(urn, "1 of 3");
    await call.close();
  });
});
