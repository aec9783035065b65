// Reads the properties of a resource once for all rules instead of once for each, which makes the pack faster.
//
// Relies on: the policy SDK's server (server.js) calling `deserializeProperties` of its deserialize.js, as a property of
// that module, again for each rule.
// Check: counts the reads saved for the first resource that is judged.
// Otherwise: the pack says that it is slower than necessary, and finds the same.

import type { Handlers } from "./handlers";
import { sdkModule } from "./sdk";

type Read = (properties: object, keepSecrets: boolean) => object;

/** Printed if the change has no effect. */
export const READS_ANEW =
  "the policy pack is slower than necessary: this version of @pulumi/policy reads a resource again for each rule\n";

/**
 * Makes the policy server read a resource's properties once and give the result to all rules: those that validate
 * change nothing. A remediation does, so each still gets properties of its own.
 */
export function readingOnce(sdk: Handlers): Handlers {
  let saved = 0;
  let isProved = false;
  // Emptied for each call, since a message may be reused for the next resource.
  let known = new WeakMap<object, object>();
  try {
    const server = sdkModule("./deserialize") as { deserializeProperties?: Read };
    const { deserializeProperties: read } = server;
    if (typeof read === "function") {
      server.deserializeProperties = (properties, keepSecrets) => {
        if (keepSecrets) return read(properties, keepSecrets);
        const before = known.get(properties);
        if (before) saved += 1;
        const value = before ?? read(properties, keepSecrets);
        known.set(properties, value);
        return value;
      };
    }
  } catch {
    // Reported below, like any other reason for having no effect.
  }
  const analyze: Handlers["analyze"] = (call, answer) => {
    known = new WeakMap();
    return sdk.analyze(call, (error, response) => {
      if (!isProved && saved === 0 && !error) process.stderr.write(READS_ANEW);
      isProved = true;
      answer(error, response);
    });
  };
  const analyzeStack: Handlers["analyzeStack"] = (call, answer) => {
    known = new WeakMap();
    return sdk.analyzeStack(call, answer);
  };
  return { ...sdk, analyze, analyzeStack };
}
