import { html, Section, Time } from "./parts.mjs";

/** How many activities are shown. */
const shown = 10;

/** The limits of the services' autoscaling, and the scaling activities of services and instances. */
export function Scaling({ view }) {
  const scaled = view.services.filter(({ scaling }) => scaling);
  const activities = view.events
    .filter(({ source }) => source === "service-scaling" || source === "auto-scaling-group")
    .slice(-shown)
    .reverse();
  if (scaled.length + activities.length === 0) return null;
  return html`<${Section} title="Scaling">
    <ul class="rows">
      ${scaled.map(
        ({ arn, name, desiredCount, scaling }) =>
          html`<li key=${arn}>
            <strong>${name}</strong>
            ${` wants ${desiredCount}, between ${scaling.min} and ${scaling.max}`}
          </li>`,
      )}
    </ul>
    <ol class="events">
      ${activities.map(
        ({ id, at, resource, message }) =>
          html`<li key=${id}>
            <${Time} at=${at} /> <strong>${resource}</strong>${` ${message}`}
          </li>`,
      )}
    </ol>
  <//>`;
}
