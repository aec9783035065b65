import { html, Pill } from "./parts.mjs";

/** The deployments of a service, newest first, with how far they have come. */
export function Deployments({ service }) {
  const { deployments, desiredCount } = service;
  return html`<h4>Deployments</h4>
    <ul class="rows">
      ${deployments.map(
        ({ id, status, taskDefinition, rolloutState, rolloutStateReason, ...rest }) =>
          html`<li key=${id}>
            <p class="line">
              <strong>${taskDefinition}</strong> <span class="pill plain">${status}</span>${" "}
              <${Pill} state=${rolloutState} />
              ${
                rest.failedTasks > 0 &&
                html` <${Pill} state="failed" label=${`${rest.failedTasks} failed`} />`
              }
            </p>
            ${
              rolloutState === "IN_PROGRESS" &&
              html`<p class="progress">
                <progress
                  max=${Math.max(desiredCount, 1)}
                  value=${Math.min(rest.runningCount, desiredCount)}
                  aria-label=${`Tasks of deployment ${taskDefinition} that run`}
                ></progress>
                <span
                  >${rest.runningCount} of ${desiredCount} running, ${rest.pendingCount}
                  pending</span
                >
              </p>`
            }
            <p class="note">${rolloutStateReason}</p>
          </li>`,
      )}
    </ul>`;
}
