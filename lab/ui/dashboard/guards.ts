import type { IncomingHttpHeaders } from "node:http";

import { isSame, Refusal } from "../../protocol/loopback";

/**
 * Refuses what other pages in the learner's browser could send.
 *
 * - Another name in `Host` is a name of somebody else's that was made to resolve to 127.0.0.1 (DNS
 *   rebinding).
 * - `Sec-Fetch-Site`, which a page cannot forge, tells when another page asks. A link may lead to the
 *   dashboard, so documents are let through.
 *
 * @see https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
 */
export function refuseRequest(headers: IncomingHttpHeaders, port: number): Refusal | undefined {
  if (!hostsOf(port).includes(headers.host ?? "")) {
    return new Refusal(421, `The dashboard answers at ${hostsOf(port).join(" and ")} only.`);
  }
  const site = headers["sec-fetch-site"] ?? "none";
  const isNavigation = headers["sec-fetch-mode"] === "navigate";
  if (site !== "same-origin" && site !== "none" && !isNavigation) {
    return new Refusal(403, "Another page may not ask the dashboard.");
  }
  return undefined;
}

/** Refuses an action that the dashboard's own page did not send: {@link refuseRequest} and more. */
export function refuseAction(
  headers: IncomingHttpHeaders,
  port: number,
  token: string,
): Refusal | undefined {
  const origins = hostsOf(port).map((host) => `http://${host}`);
  if (!origins.includes(headers.origin ?? "")) {
    return new Refusal(403, "Actions are for the dashboard's own page: wrong Origin.");
  }
  if ((headers["sec-fetch-site"] ?? "same-origin") !== "same-origin") {
    return new Refusal(403, "Actions are for the dashboard's own page.");
  }
  // A form of another page can send neither this type nor the token.
  if (!/^application\/json\b/.test(headers["content-type"] ?? "")) {
    return new Refusal(415, "Actions are sent as application/json.");
  }
  const given = headers["x-lab-token"];
  if (typeof given !== "string" || !isSame(given, token)) {
    return new Refusal(403, "The token is wrong: reload the page.");
  }
  return undefined;
}

const hostsOf = (port: number) => [`127.0.0.1:${port}`, `localhost:${port}`];
