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

// Loaded before a program that the lab runs: writes to a file, a line of JSON each, where it declares what it
// registers with the engine, at once, for a refused program is ended; and at its end what it registered, in
// short.
//
// Relies on: @pulumi/pulumi calling `registerResource` and `registerResourceOutputs` of the prototype of
// ResourceMonitorClient (proto/resource_grpc_pb), generated from the engine's protocol (resource.proto), and its
// stack traces being those of Node.js.
// Without it: findings have no line, and no update is left out.
// Proof: both are there and nothing else registers resources; the stack itself, which every program
// registers, was seen to begin and to end; nothing failed on the way.

type Request = RegisterResourceRequest | RegisterResourceOutputsRequest;
type Call = (request: Request, ...rest: unknown[]) => unknown;
type Client = Record<string, Call | undefined>;

const directory = process.cwd();
const hooked = ["registerResource", "registerResourceOutputs"];
/** What of the protocol registers something else than resources. */
const others = /^register(Package|StackTransform|StackInvokeTransform|ResourceHook|ErrorHook)$/i;

/** That of Node.js, if it has one. */
const prepareStackTrace: unknown = Reflect.get(Error, "prepareStackTrace");
const meanings: string[] = [];
const pending: Request[] = [];
/** What was seen of the stack itself. */
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

/** Whether a client registers resources by what is hooked alone. */
function isKnown(client: Client): boolean {
  const registers = Object.keys(client).filter((name) => /^register/i.test(name));
  // Each also goes by the protocol's own name, with a capital.
  const unknown = registers.filter((name) => !others.test(name) && !isHooked(name));
  return unknown.length === 0 && hooked.every((name) => typeof client[name] === "function");
}

function isHooked(name: string): boolean {
  return hooked.includes(`${name.slice(0, 1).toLowerCase()}${name.slice(1)}`);
}

function isProved(): boolean {
  return isWhole && stack.began && stack.ended;
}

/** Whatever fails here must not fail the program. */
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
  // Once it is sent, for the engine does not wait then.
  pending.push(request);
  setImmediate(attempt, digestPending);
}

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

/** Where components stand: who uses one declares, by one line of its own, all that it is made of. */
const component = /(^|\/)components\//;

/**
 * The line of the program that declares a resource: of those that led to it, the innermost that belongs neither to a
 * package nor to a component; for a component that nothing of the program led to, its own.
 */
function positionOf(request: RegisterResourceRequest): SourcePosition | undefined {
  // A library that prepares stack traces does not know what tsx compiled, and would name other lines.
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
