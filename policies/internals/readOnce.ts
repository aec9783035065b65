import type { Handlers } from "./handlers";
import { sdkModule } from "./sdk";

// Relies on: the policy SDK's server (server.js) reading properties by `deserializeProperties` of its
// deserialize.js, called as a property of that module, again for each rule.
// Without it: the pack takes longer, and finds the same.
// Proof: counts what it saved in the first resource that is judged, and says so where that is nothing.

type Read = (properties: object, keepSecrets: boolean) => object;

/** What the pack prints if the change has no effect. */
export const READS_ANEW =
  "the policy pack is slower than necessary: this version of @pulumi/policy reads a resource again for each rule\n";

/**
 * Has the policy server read a resource's properties once for all rules, which all get the same, for rules
 * that validate change nothing. A remediation does, so each has properties of its own.
 */
export function readingOnce(sdk: Handlers): Handlers {
  let saved = 0;
  let isProved = false;
  // Of what is judged now: a message may be used anew for what comes next.
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
