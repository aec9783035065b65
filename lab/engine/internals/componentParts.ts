// Serves components in the lab's own process: the SDK only serves them in one of their own, so the lab assembles the
// parts that it does this with.
//
// Relies on: four functions that modules of @pulumi/pulumi export but do not declare.
// Check: each function exists, before a component is created.
// Otherwise: no awsx component can be created, and the error says what is missing.

import * as providerServer from "@pulumi/pulumi/provider/server";
import { version } from "@pulumi/pulumi/package.json";
import * as settings from "@pulumi/pulumi/runtime/settings";
import * as state from "@pulumi/pulumi/runtime/state";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";

export interface ComponentParts {
  withLocalStorage: <T>(callback: () => Promise<T>) => Promise<T>;
  deserializeInputs: (
    inputs: Struct | undefined,
    dependencies: unknown,
  ) => Promise<Record<string, unknown>>;
  awaitFeatureSupport: () => Promise<void>;
  waitForRPCs: () => Promise<void>;
}

/** @throws Error that names what the SDK lacks */
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
