import { RollBack } from "./actions.mjs";
import { Chart } from "./charts.mjs";
import { html, Pill, Section } from "./parts.mjs";

const strategies = {
  ROLLING: "rolling",
  BLUE_GREEN: "blue/green",
  LINEAR: "linear",
  CANARY: "canary",
};

/** What is happening: first the services being deployed, then the others with a line and a chart each. */
export function Now({ view }) {
  const services = view.services.toSorted((a, b) => Number(!a.rollout) - Number(!b.rollout));
  if (services.length === 0) return null;
  return html`<${Section} title="Now">
    ${services.map((one) => html`<${ServiceNow} key=${one.arn} service=${one} view=${view} />`)}
  <//>`;
}

function ServiceNow({ service, view }) {
  const { name, rollout, shares, notSteadyBecause } = service;
  const failed = service.deployments.find(({ rolloutState }) => rolloutState === "FAILED");
  const state = rollout ? "deploying" : notSteadyBecause ? "not steady" : "steady";
  return html`<article aria-label=${`Now ${name}`} class="now">
    <h3 class="line">
      ${name}
      <${Pill} state=${state} label=${rollout?.isRollback ? "rolling back" : state} />
      ${
        rollout &&
        html`<small
          >${strategies[rollout.strategy] ?? rollout.strategy}:
          ${rollout.from ? ` ${rollout.from} → ${rollout.to}` : ` ${rollout.to}`}</small
        >`
      }
      ${rollout && html`<${RollBack} service=${service} />`}
    </h3>
    ${failed && html`<p class="why">${failed.taskDefinition}: ${failed.rolloutStateReason}</p>`}
    <div class="nowParts">
      <${Shares} name=${name} shares=${shares} />
      ${rollout && html`<${Steps} rollout=${rollout} />`}
      <${Chart} name=${name} samples=${view.history[service.arn] ?? []} />
    </div>
  </article>`;
}

/** Each revision's share of the requests: as configured, and as measured in the last seconds. */
function Shares({ name, shares }) {
  if (shares.length === 0) return html`<p class="note">No task runs.</p>`;
  return html`<table class="shares">
    <caption class="hidden">
      Requests to ${name} by revision
    </caption>
    <thead>
      <tr>
        <th scope="col">Revision</th>
        <th scope="col">Tasks</th>
        <th scope="col">Configured</th>
        <th scope="col">Measured</th>
      </tr>
    </thead>
    <tbody>
      ${shares.map(
        ({ taskDefinition, running, configured, measured }) =>
          html`<tr key=${taskDefinition}>
            <th scope="row">${taskDefinition}</th>
            <td>${running}</td>
            <td><${Percent} of=${configured} what=${`Configured for ${taskDefinition}`} /></td>
            <td><${Percent} of=${measured} what=${`Measured of ${taskDefinition}`} /></td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function Percent({ of, what }) {
  if (of === undefined) return html`<span class="note">no requests</span>`;
  return html`<meter min="0" max="100" value=${of} aria-label=${what}></meter>
    <span>${`${of} %`}</span>`;
}

const marks = { done: "✓", now: "▸", next: "·" };

function Steps({ rollout }) {
  return html`<ol class="steps" aria-label="Steps of the deployment">
    ${rollout.steps.map(
      ({ name, state, until }) =>
        html`<li key=${name} class=${state} aria-current=${state === "now" ? "step" : undefined}>
          <span aria-hidden="true">${marks[state]}</span> ${name}
          ${until && html`<span class="countdown" data-until=${until}></span>`}
        </li>`,
    )}
  </ol>`;
}
