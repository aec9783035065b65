import { createHash } from "node:crypto";

import type { PulumiFn } from "@pulumi/pulumi/automation";
import { ResourceMonitorClient } from "@pulumi/pulumi/proto/resource_grpc_pb";
import {
  type RegisterResourceOutputsRequest,
  RegisterResourceRequest,
} from "@pulumi/pulumi/proto/resource_pb";

type Request = RegisterResourceRequest | RegisterResourceOutputsRequest;

/** Whose program runs in this process: one at a time. */
let current: Registrations | undefined;

/**
 * What a program's last run asked the engine to register, with every option. On the same state, two
 * runs that ask for the same leave the same state, if no provider finds anything to do.
 */
export class Registrations {
  private requests: Request[] = [];

  /** The same program, watched. */
  watch(program: PulumiFn): PulumiFn {
    return () => {
      this.requests = [];
      // eslint-disable-next-line @typescript-eslint/no-this-alias
      current = this;
      return program();
    };
  }

  /** Equal for runs that registered the same, in whatever order; tells nothing of the values. */
  digest(): string {
    return digestOf(this.requests.map(meaning).sort().join("\n"));
  }

  note(request: Request): void {
    this.requests.push(request);
  }
}

/** A request as text, without what differs from run to run though the program asks for the same. */
function meaning(request: Request): string {
  if (!(request instanceof RegisterResourceRequest)) return text(request);
  const meant = request.clone();
  // Where the source declares it, and handles that the engine gives out anew.
  meant.setSourceposition(undefined);
  meant.setStacktrace(undefined);
  meant.setParentstacktracehandle("");
  meant.setPackageref("");
  // Each login to a registry has a password of its own, which the provider uses only when it builds.
  if (meant.getType() === "docker-build:index:Image")
    meant.getObject()?.getFieldsMap().del("registries");
  return text(meant);
}

function text(request: Request): string {
  return JSON.stringify(request.toObject(), inOrder);
}

/** Maps and sets come in the order in which promises resolved; lists keep theirs. */
function inOrder(key: string, value: unknown): unknown {
  const unordered = Array.isArray(value) && /(Map|dependenciesList|urnsList)$/.test(key);
  return unordered ? value.map((item) => JSON.stringify(item, inOrder)).sort() : value;
}

/** SHA-256 of it, in 43 characters. */
export function digestOf(data: string | Buffer): string {
  return createHash("sha256").update(data).digest("base64url");
}

const calls = ResourceMonitorClient.prototype as unknown as Record<
  string,
  (request: Request, ...rest: unknown[]) => unknown
>;
for (const name of ["registerResource", "registerResourceOutputs"]) {
  const call = calls[name];
  calls[name] = function (request, ...rest) {
    current?.note(request);
    return call?.call(this, request, ...rest);
  };
}
