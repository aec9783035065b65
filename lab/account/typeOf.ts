import type { AnyResourceType } from "./resourceType";

/**
 * The type of a token, as {@link import("./types/registry").resourceTypeOf}. The types load when the first is needed:
 * this takes a fifth of a second, and a command can start the engine before.
 */
export function resourceTypeOf(token: string): AnyResourceType | undefined {
  return loadTypes().resourceTypeOf(token);
}

export function loadTypes(): typeof import("./types/registry") {
  return (registry ??= require("./types/registry") as typeof import("./types/registry"));
}

/** Each record that is looked up asks for it, and to find a loaded module takes Node.js longer than the look-up. */
let registry: typeof import("./types/registry") | undefined;
