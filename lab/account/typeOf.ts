import type { AnyResourceType } from "./resourceType";

/**
 * The type of a token, as {@link import("./types/registry").resourceTypeOf}. The types load when the first is needed:
 * this takes a fifth of a second, and a command can start the engine before.
 */
export function resourceTypeOf(token: string): AnyResourceType | undefined {
  return loadTypes().resourceTypeOf(token);
}

export function loadTypes(): typeof import("./types/registry") {
  return require("./types/registry") as typeof import("./types/registry");
}
