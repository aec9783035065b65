import { useState } from "preact/hooks";

import { html, Section, Time } from "./parts.mjs";

/** How many events are shown. */
const shown = 100;

const filters = {
  all: () => true,
  services: ({ source }) => ["service", "service-scaling", "event-rule"].includes(source),
  tasks: ({ source }) => source === "task",
  "load balancing": ({ source }) => source === "load-balancer" || source === "target-group",
  instances: ({ source }) => source === "auto-scaling-group" || source === "capacity-provider",
  stacks: ({ source }) => source === "stack" || source === "account",
};

/** The event log, newest first as ECS shows it. */
export function Events({ events }) {
  const [filter, choose] = useState("all");
  // Sorted by time, since an operation is only logged when it has ended.
  const inOrder = events.toSorted(
    (one, other) => one.at.localeCompare(other.at) || one.id - other.id,
  );
  const chosen = inOrder.filter(filters[filter]).slice(-shown).reverse();
  return html`<${Section} title="Events">
    <p>
      <label>
        Show
        <select value=${filter} onChange=${({ target }) => choose(target.value)}>
          ${Object.keys(filters).map((name) => html`<option key=${name}>${name}</option>`)}
        </select>
      </label>
    </p>
    <div class="scroll" role="region" aria-label="Event log" tabindex="0">
      <ol class="events">
        ${chosen.map(
          ({ id, at, source, resource, message }) =>
            html`<li key=${id}>
              <${Time} at=${at} /> <small>${source}</small>${" "}
              ${
                source === "service" || source === "stack"
                  ? message
                  : html`<strong>${nameOf(resource)}</strong> ${message}`
              }
            </li>`,
        )}
      </ol>
      ${chosen.length === 0 && html`<p class="note">Nothing happened yet.</p>`}
    </div>
  <//>`;
}

/** A task by its short id, other things by their name. */
const nameOf = (resource) =>
  resource.includes(":task/") ? resource.split("/").at(-1).slice(0, 8) : resource;

/** Announces events of services and stacks to screen readers, but not every step of every task. */
export function Announcer({ news = [] }) {
  const told = news.filter(({ source }) => source === "service" || source === "stack").slice(-3);
  return html`<div class="hidden" role="log" aria-label="News">
    ${told.map(({ id, message }) => html`<p key=${id}>${message}</p>`)}
  </div>`;
}
