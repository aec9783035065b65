import { h } from "preact";
import htm from "htm";

export const html = htm.bind(h);

/** A landmark with its heading, which takes the focus if the focused element in it is removed. */
export function Section({ title, note, children }) {
  const id = title.toLowerCase().replaceAll(" ", "-");
  return html`<section aria-labelledby=${id} class="card">
    <h2 id=${id} tabindex="-1">${title}</h2>
    ${note && html`<p class="note">${note}</p>`} ${children}
  </section>`;
}

const toneOf = {
  healthy: "good",
  HEALTHY: "good",
  RUNNING: "good",
  ACTIVE: "good",
  COMPLETED: "good",
  SUCCEEDED: "good",
  Succeeded: "good",
  succeeded: "good",
  steady: "good",
  unhealthy: "bad",
  UNHEALTHY: "bad",
  FAILED: "bad",
  Failed: "bad",
  failed: "bad",
  mandatory: "bad",
  initial: "info",
  IN_PROGRESS: "info",
  InProgress: "info",
  PENDING: "info",
  PROVISIONING: "info",
  ACTIVATING: "info",
  REGISTERING: "info",
  draining: "warn",
  DRAINING: "warn",
  DEACTIVATING: "warn",
  STOPPING: "warn",
  advisory: "warn",
  "not steady": "warn",
  deploying: "info",
};

/** A state as a word; the colour only repeats it. */
export function Pill({ state, label }) {
  return html`<span class=${`pill ${toneOf[state] ?? "plain"}`}>${label ?? state}</span>`;
}

export function Time({ at }) {
  const text = new Date(at).toLocaleTimeString("en-GB");
  return html`<time datetime=${at}>${text}</time>`;
}

/** `0a1b2c3d` of `arn:…:task/cluster/0a1b2c3d4e5f…`. */
export const shortId = (arn) => arn.split("/").at(-1).slice(0, 8);

/** `1 task`, `2 tasks`. */
export const counted = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;
