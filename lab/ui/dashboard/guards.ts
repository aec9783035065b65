import type { IncomingHttpHeaders } from "node:http";

import { isSame, HttpRefusal } from "../../protocol/loopback";

/**
 * Rejects requests that other pages in the learner's browser could send.
 *
 * - Another name in `Host` is an attacker's domain that resolves to 127.0.0.1 (DNS rebinding).
 * - `Sec-Fetch-Site`, which a page cannot forge, shows requests from other pages. Documents are allowed, so that links
 *   to the dashboard work.
 *
 * @see https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
 */
export function refuseRequest(headers: IncomingHttpHeaders, port: number): HttpRefusal | undefined {
  if (!hostsOf(port).includes(headers.host ?? "")) {
    return new HttpRefusal(421, `The dashboard answers only at ${hostsOf(port).join(" and ")}.`);
  }
  const site = headers["sec-fetch-site"] ?? "none";
  const isNavigation = headers["sec-fetch-mode"] === "navigate";
  if (site !== "same-origin" && site !== "none" && !isNavigation) {
    return new HttpRefusal(403, "Other pages may not send requests to the dashboard.");
  }
  return undefined;
}

/** Rejects an action that did not come from the dashboard's own page, beyond {@link refuseRequest}. */
export function refuseAction(
  headers: IncomingHttpHeaders,
  port: number,
  token: string,
): HttpRefusal | undefined {
  const origins = hostsOf(port).map((host) => `http://${host}`);
  if (!origins.includes(headers.origin ?? "")) {
    return new HttpRefusal(403, "Only the dashboard's own page may send actions: wrong Origin.");
  }
  if ((headers["sec-fetch-site"] ?? "same-origin") !== "same-origin") {
    return new HttpRefusal(403, "Only the dashboard's own page may send actions.");
  }
  // Another page's form can send neither this type nor the token.
  if (!/^application\/json\b/.test(headers["content-type"] ?? "")) {
    return new HttpRefusal(415, "Send actions as application/json.");
  }
  const given = headers["x-lab-token"];
  if (typeof given !== "string" || !isSame(given, token)) {
    return new HttpRefusal(403, "The token is wrong: reload the page.");
  }
  return undefined;
}

const hostsOf = (port: number) => [`127.0.0.1:${port}`, `localhost:${port}`];
