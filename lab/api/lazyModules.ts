/**
 * The code that answers requests, with the SDK's protocols: loaded with the first request, so that serving starts
 * sooner.
 */
export function loadRequests(): typeof import("./requests") {
  return require("./requests") as typeof import("./requests");
}

/** The code that answers registry clients, loaded with the first request. */
export function loadRegistry(): typeof import("./registry/answer") {
  return require("./registry/answer") as typeof import("./registry/answer");
}
