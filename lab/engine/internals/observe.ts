import { createHash } from "node:crypto";
import { appendFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { fileURLToPath } from "node:url";

import type {
  RegisterResourceOutputsRequest,
  RegisterResourceRequest,
} from "@pulumi/pulumi/proto/resource_pb";

import type { Observation, SourcePosition } from "../observations";

// Loaded before a program that the lab runs: writes to a file, a line of JSON each, where it declares what it
// registers with the engine, at once, for a refused program is ended; and at its end what it registered, in
// short. If the SDK's client changes so that nothing is seen, there is no file, and the lab does without:
// findings then have no line, and no update is left out.

type Request = RegisterResourceRequest | RegisterResourceOutputsRequest;
type Call = (request: Request, ...rest: unknown[]) => unknown;

const directory = process.cwd();

const { ResourceMonitorClient } = createRequire(path.join(directory, "package.json"))(
  // The program's own SDK, of which there may be several.
  "@pulumi/pulumi/proto/resource_grpc_pb",
) as typeof import("@pulumi/pulumi/proto/resource_grpc_pb");
const meanings: string[] = [];
const pending: Request[] = [];
const calls = ResourceMonitorClient.prototype as unknown as Record<string, Call | undefined>;
for (const name of ["registerResource", "registerResourceOutputs"]) {
  const call = calls[name];
  if (!call) continue;
  calls[name] = function (request, ...rest) {
    if (isRegistration(request)) write(placeOf(request));
    // Once it is sent, for the engine does not wait then.
    pending.push(request);
    setImmediate(digestPending);
    return call.call(this, request, ...rest);
  };
}
process.on("exit", () => {
  digestPending();
  if (meanings.length === 0) return;
  const registrations = createHash("sha256").update(meanings.sort().join("\n"));
  write({ registrations: registrations.digest("base64url") });
});

function digestPending(): void {
  for (const request of pending.splice(0)) meanings.push(meaning(request));
}

function write(observation: Observation): void {
  // Not known yet when a process that was started early loads this.
  const file = process.env.LAB_OBSERVATIONS;
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(observation)}\n`);
}

function placeOf(request: RegisterResourceRequest): Observation {
  return { type: request.getType(), name: request.getName(), position: positionOf(request) };
}

function isRegistration(request: Request): request is RegisterResourceRequest {
  return "getSourceposition" in request;
}

/** The innermost line of the program's own code that declares a resource. */
function positionOf(request: RegisterResourceRequest): SourcePosition | undefined {
  for (const frame of request.getStacktrace()?.getFramesList() ?? []) {
    const at = frame.getPc();
    if (!at?.getUri().startsWith("file:")) continue;
    const relative = path.relative(directory, fileURLToPath(at.getUri()));
    if (relative.startsWith("..") || /(^|[\\/])node_modules[\\/]/.test(relative)) continue;
    return {
      file: relative.split(path.sep).join("/"),
      line: at.getLine(),
      column: at.getColumn(),
    };
  }
  return undefined;
}

/** A request as text, without what differs from run to run though the program asks for the same. */
function meaning(request: Request): string {
  if (!isRegistration(request)) return text(request);
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
