/** What answers requests, with the SDK's protocols: loaded when the first one comes, so that serving begins sooner. */
export function loadRequests(): typeof import("./requests") {
  return require("./requests") as typeof import("./requests");
}

/** What answers registry clients. */
export function loadRegistry(): typeof import("./registry/answer") {
  return require("./registry/answer") as typeof import("./registry/answer");
}
