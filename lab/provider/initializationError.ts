import * as grpc from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";

import type { ResourceRecord } from "../account/record";
import { messageOf } from "../shared/messageOf";

/** A resource was created or updated but did not become ready; it is added to the state anyway. */
export class InitializationError extends Error {
  override readonly name = "InitializationError";
  /** The response to the engine, with the resource in its details. */
  readonly status: Partial<grpc.StatusObject>;

  constructor(record: ResourceRecord, outputs: Struct, cause: unknown) {
    const reason = messageOf(cause);
    super(reason, { cause });
    const failure = new ErrorResourceInitFailed();
    failure.setId(record.id);
    failure.setProperties(outputs);
    failure.setReasonsList([reason]);
    const detail = new Any();
    detail.pack(failure.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
    const status = new Status();
    status.setCode(grpc.status.UNKNOWN);
    status.setMessage(reason);
    status.addDetails(detail);
    const metadata = new grpc.Metadata();
    metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
    this.status = { code: grpc.status.UNKNOWN, details: reason, metadata };
  }
}
