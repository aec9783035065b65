// Loaded before a program that the lab runs. Writes to a file, as lines of JSON, where the program declares each
// resource (at once, since a rejected program is killed), and at the end a digest of everything it registered. This
// gives findings their line numbers, and lets the lab skip updates that would change nothing.
//
// Relies on: @pulumi/pulumi calling `registerResource` and `registerResourceOutputs` of ResourceMonitorClient's
// prototype (proto/resource_grpc_pb), generated from the engine's protocol (resource.proto); Node.js's format of stack
// traces.
// Check: both methods exist, and no other one registers resources; the registration of the stack itself, which every
// program makes, was seen to begin and end; nothing failed in between.
// Otherwise: no digest is written, so no update is skipped; findings may lack their line numbers.

import { createHash } from "node:crypto";
import { appendFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { fileURLToPath } from "node:url";

import type {
  RegisterResourceOutputsRequest,
  RegisterResourceRequest,
} from "@pulumi/pulumi/proto/resource_pb";
import { lever } from "ecs-handson-loader/lever.cjs";

import type { Observation, SourcePosition } from "../observations";

type Request = RegisterResourceRequest | RegisterResourceOutputsRequest;
type Call = (request: Request, ...rest: unknown[]) => unknown;
type Client = Record<string, Call | undefined>;

const directory = process.cwd();
const hooked = ["registerResource", "registerResourceOutputs"];
/** The protocol's methods that register something other than resources. */
const others = /^register(Package|StackTransform|StackInvokeTransform|ResourceHook|ErrorHook)$/i;

/** Node.js's own, if it is set. */
const prepareStackTrace: unknown = Reflect.get(Error, "prepareStackTrace");
const meanings: string[] = [];
const pending: Request[] = [];
/** Which registrations of the stack itself were seen. */
const stack = { began: false, ended: false };
let isWhole = true;

lever("observe", () => {
  const { ResourceMonitorClient } = createRequire(path.join(directory, "package.json"))(
    // The program's own SDK, of which there may be several.
    "@pulumi/pulumi/proto/resource_grpc_pb",
  ) as typeof import("@pulumi/pulumi/proto/resource_grpc_pb");
  const client = ResourceMonitorClient.prototype as unknown as Client;
  isWhole = isKnown(client);
  for (const name of hooked) {
    const call = client[name];
    if (typeof call !== "function") continue;
    client[name] = function (request, ...rest) {
      attempt(() => {
        observe(request);
      });
      return call.call(this, request, ...rest);
    };
  }
  process.on("exit", () => {
    attempt(digestPending);
    if (!isProved()) return;
    const registrations = createHash("sha256").update(meanings.sort().join("\n"));
    write({ registrations: registrations.digest("base64url") });
  });
  return isProved;
});

/** Whether a client has no way to register resources other than the hooked methods. */
function isKnown(client: Client): boolean {
  const registers = Object.keys(client).filter((name) => /^register/i.test(name));
  // Each method also exists under the protocol's own name, with a capital letter.
  const unknown = registers.filter((name) => !others.test(name) && !isHooked(name));
  return unknown.length === 0 && hooked.every((name) => typeof client[name] === "function");
}

function isHooked(name: string): boolean {
  return hooked.includes(`${name.slice(0, 1).toLowerCase()}${name.slice(1)}`);
}

function isProved(): boolean {
  return isWhole && stack.began && stack.ended;
}

/** An error here must not fail the program. */
function attempt(action: () => void): void {
  try {
    action();
  } catch {
    isWhole = false;
  }
}

function observe(request: Request): void {
  if (isRegistration(request)) {
    stack.began ||= request.getType() === "pulumi:pulumi:Stack";
    write(placeOf(request));
  } else {
    stack.ended ||= request.getUrn().includes("::pulumi:pulumi:Stack::");
  }
  // Processed only after it was sent, while the engine is not waiting for it.
  pending.push(request);
  setImmediate(attempt, digestPending);
}

function digestPending(): void {
  for (const request of pending.splice(0)) meanings.push(meaning(request));
}

function write(observation: Observation): void {
  // Not known yet when a process that was started early loads this file.
  const file = process.env.LAB_OBSERVATIONS;
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(observation)}\n`);
}

function placeOf(request: RegisterResourceRequest): Observation {
  return { type: request.getType(), name: request.getName(), position: positionOf(request) };
}

function isRegistration(request: Request): request is RegisterResourceRequest {
  return "getSourceposition" in request;
}

/** Folders of components: the line that counts is the one that uses a component, not the lines inside it. */
const component = /(^|\/)components\//;

/**
 * The line of the program that declares a resource: the innermost line of the call stack that belongs neither to a
 * package nor to a component; if there is none, the component's own line.
 */
function positionOf(request: RegisterResourceRequest): SourcePosition | undefined {
  // A library that replaces prepareStackTrace ignores tsx's source maps, and would report wrong lines.
  if (Reflect.get(Error, "prepareStackTrace") !== prepareStackTrace) return undefined;
  const own = (request.getStacktrace()?.getFramesList() ?? []).flatMap(
    (frame): SourcePosition[] => {
      const at = frame.getPc();
      if (!at?.getUri().startsWith("file:")) return [];
      const relative = path.relative(directory, fileURLToPath(at.getUri()));
      if (relative.startsWith("..") || /(^|[\\/])node_modules[\\/]/.test(relative)) return [];
      const file = relative.split(path.sep).join("/");
      return [{ file, line: at.getLine(), column: at.getColumn() }];
    },
  );
  return own.find(({ file }) => !component.test(file)) ?? own[0];
}

/** A request as text, without whatever varies between runs of an unchanged program. */
function meaning(request: Request): string {
  if (!isRegistration(request)) return text(request);
  const meant = request.clone();
  // The source position, and handles that the engine assigns afresh on each run.
  meant.setSourceposition(undefined);
  meant.setStacktrace(undefined);
  meant.setParentstacktracehandle("");
  meant.setPackageref("");
  // Each login to a registry has a new password, which the provider only uses when it builds.
  if (meant.getType() === "docker-build:index:Image")
    meant.getObject()?.getFieldsMap().del("registries");
  return text(meant);
}

function text(request: Request): string {
  return JSON.stringify(request.toObject(), inOrder);
}

/** Maps and sets are sorted, since their order depends on which promise resolved first; lists keep their order. */
function inOrder(key: string, value: unknown): unknown {
  const unordered = Array.isArray(value) && /(Map|dependenciesList|urnsList)$/.test(key);
  return unordered ? value.map((item) => JSON.stringify(item, inOrder)).sort() : value;
}
