import * as providerServer from "@pulumi/pulumi/provider/server";
import { version } from "@pulumi/pulumi/package.json";
import * as settings from "@pulumi/pulumi/runtime/settings";
import * as state from "@pulumi/pulumi/runtime/state";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";

// The SDK serves components in a process of their own only, so the lab puts its parts together.
//
// Relies on: four functions that modules of @pulumi/pulumi export and their declarations leave out.
// Without it: no component of awsx can be created, which is told in one line.
// Proof: each is looked for before a component is created.

export interface ComponentParts {
  withLocalStorage: <T>(callback: () => Promise<T>) => Promise<T>;
  deserializeInputs: (
    inputs: Struct | undefined,
    dependencies: unknown,
  ) => Promise<Record<string, unknown>>;
  awaitFeatureSupport: () => Promise<void>;
  waitForRPCs: () => Promise<void>;
}

/** @throws Error that names what the SDK has not */
export function componentParts(): ComponentParts {
  const found: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    withLocalStorage: { ...state },
    deserializeInputs: { ...providerServer },
    awaitFeatureSupport: { ...settings },
    waitForRPCs: { ...settings },
  };
  const parts = Object.entries(found).map(([name, module]) => [name, module[name]] as const);
  const missing = parts.filter(([, part]) => typeof part !== "function").map(([name]) => name);
  if (missing.length > 0) {
    throw new Error(
      `the lab cannot create components: @pulumi/pulumi ${version} has no ${missing.join(", ")}. ` +
        "Install the versions that package-lock.json pins (npm ci).",
    );
  }
  return Object.fromEntries(parts) as unknown as ComponentParts;
}
