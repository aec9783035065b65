import { counted, html, Pill, Section } from "./parts.mjs";

/** The container instances and their remaining capacity. */
export function Instances({ instances }) {
  if (instances.length === 0) return null;
  return html`<${Section} title="Instances" note="Simulated: all tasks run on this machine.">
    <ul class="rows">
      ${instances.map(
        ({
          id,
          autoScalingGroup,
          capacityProvider,
          instanceType,
          zone,
          status,
          cpu,
          memory,
          interfaces,
          tasks,
        }) =>
          html`<li key=${id}>
            <p class="line"><code>${id}</code> <${Pill} state=${status} /></p>
            <p class="note">
              ${`${instanceType} in ${zone}, ${autoScalingGroup ? `group ${autoScalingGroup}` : `capacity provider ${capacityProvider}`}, ${counted(tasks.length, "task")}`}
            </p>
            <dl class="usage">
              <${Usage} what="ENIs" ...${interfaces} />
              <${Usage} what="MiB" ...${memory} />
              <${Usage} what="CPU units" ...${cpu} />
            </dl>
          </li>`,
      )}
    </ul>
  <//>`;
}

function Usage({ what, used, free }) {
  return html`<div>
    <dt>${what}</dt>
    <dd>
      <meter min="0" max=${used + free} value=${used} aria-label=${`${what} used`}></meter>
      ${`${free} free of ${used + free}`}
    </dd>
  </div>`;
}
