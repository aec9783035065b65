import { createRequire } from "node:module";

import { Resource } from "@pulumi/pulumi";

// What the SDK notes for the engine and for whoever debugs it takes a third of a test's time, and no test here reads it:
// where each resource is declared, which reads source maps, and which promises are open. Without what is replaced here,
// tests are slower, and nothing else.
const debuggable = createRequire(__filename)("@pulumi/pulumi/runtime/debuggable") as {
  debuggablePromise?: <T>(promise: T) => T;
};
const positions = Resource as unknown as { callsites?: () => readonly unknown[] };

if (debuggable.debuggablePromise !== undefined) debuggable.debuggablePromise = (promise) => promise;
if (positions.callsites !== undefined) positions.callsites = () => [];
