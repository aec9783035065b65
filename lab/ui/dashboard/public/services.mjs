import { html, Pill, Section, shortId, Time } from "./parts.mjs";
import { DesiredCount, TaskActions, useOutcome } from "./actions.mjs";
import { Deployments } from "./deployments.mjs";

/** The services with their deployments and tasks. */
export function Services({ view }) {
  return html`<${Section} title="Services" note=${view.services.length === 0 && "No service runs."}>
    ${view.services.map((one) => html`<${Service} key=${one.arn} service=${one} view=${view} />`)}
  <//>`;
}

function Service({ service, view }) {
  const { name, cluster, desiredCount, runningCount, pendingCount, notSteadyBecause } = service;
  const { run, outcome } = useOutcome();
  const live = service.tasks.filter(({ lastStatus }) => lastStatus !== "STOPPED");
  const stopped = service.tasks.filter(({ lastStatus }) => lastStatus === "STOPPED");
  const counts = { desired: desiredCount, running: runningCount, pending: pendingCount };
  return html`<article aria-label=${`Service ${name}`} class="service">
    <h3 class="line">
      ${name} <${Pill} state=${notSteadyBecause ? "not steady" : "steady"} />
      <small>cluster ${cluster}</small>
    </h3>
    ${
      notSteadyBecause && html`<p class=${service.rollout ? "note" : "why"}>${notSteadyBecause}</p>`
    }
    <div class="counts">
      <dl>
        ${Object.entries(counts).map(
          ([what, count]) =>
            html`<div key=${what}>
              <dt>${what}</dt>
              <dd>${count}</dd>
            </div>`,
        )}
      </dl>
      <${DesiredCount} service=${service} />
    </div>
    <${Deployments} service=${service} view=${view} />
    <h4 class="line">Tasks ${outcome}</h4>
    ${live.length === 0 && html`<p class="note">None runs.</p>`}
    <ul class="rows">
      ${live.map((task) => html`<${Task} key=${task.arn} task=${task} view=${view} run=${run} />`)}
    </ul>
    ${
      stopped.length > 0 &&
      html`<details>
        <summary>Stopped tasks (${stopped.length})</summary>
        <ul class="rows">
          ${stopped.reverse().map((task) => html`<${StoppedTask} key=${task.arn} ...${task} />`)}
        </ul>
      </details>`
    }
  </article>`;
}

function Task({ task, view, run }) {
  const { arn, taskDefinition, lastStatus, startedAt } = task;
  const targets = view.targetGroups.flatMap(({ name, targets }) =>
    targets.filter(({ taskArn }) => taskArn === arn).map((target) => ({ group: name, ...target })),
  );
  return html`<li>
    <p class="line">
      <code>${shortId(arn)}</code> <strong>${taskDefinition}</strong>
      <${Pill} state=${lastStatus} />
      ${targets.map(
        ({ group, state }) => html` <${Pill} key=${group} state=${state} label=${state} />`,
      )}
    </p>
    <p class="note">
      ${task.until && html`<span class="countdown" data-until=${task.until}></span>, `}
      ${placeOf(task, view)}${startedAt && html`${", since "}<${Time} at=${startedAt} />`}
    </p>
    ${targets
      .filter(({ description }) => description)
      .map(
        ({ group, description, state, until }) =>
          html`<p key=${group} class=${state === "unhealthy" ? "why" : "note"}>
            ${group}: ${description}
            ${until && html` <span class="countdown" data-until=${until}></span>`}
          </p>`,
      )}
    <${TaskActions} task=${task} targets=${targets} run=${run} />
  </li>`;
}

function StoppedTask({ arn, taskDefinition, stoppedReason, stoppedAt, stopCode, exitCode }) {
  return html`<li>
    <p>
      <code>${shortId(arn)}</code>
      <strong>${taskDefinition}</strong> ${stoppedAt && html` <${Time} at=${stoppedAt} />`}
      <small>${stopCode}</small>
    </p>
    <p class="note">${stoppedReason}${exitCode !== undefined && ` (exit code ${exitCode})`}</p>
  </li>`;
}

/** Where a task runs, or that it is waiting for capacity. */
function placeOf(
  { launchType, capacityProvider, instanceId, address, runtime, pid, availabilityZone: zone },
  view,
) {
  const asked = capacityProvider ?? launchType;
  const instance = view.instances.find(({ id }) => id === instanceId);
  const where =
    launchType === "FARGATE"
      ? `${asked}${zone ? ` in ${zone}` : ""}`
      : instanceId
        ? `${asked}: ${instanceId}${instance ? ` in ${instance.zone}` : ""}`
        : `${asked}: no instance has room yet`;
  if (!address) return where;
  return `${where}, ${address} (${runtime}${pid ? ` process ${pid}` : ""})`;
}
