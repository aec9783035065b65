import { html } from "./parts.mjs";

const width = 280;
const height = 56;
/** Time span of the chart, in seconds. */
const span = 300;

/** Requests per second, and running and desired tasks, over the last minutes in which anything changed. */
export function Chart({ name, samples }) {
  if (samples.length < 2) return null;
  const last = samples.at(-1);
  const first = Math.max(samples[0].at, last.at - span);
  const most = (key) => Math.max(1, ...samples.map((sample) => sample[key]));
  const tasks = Math.max(most("running"), most("desired"));
  const requests = most("requests");
  const x = ({ at }) => (width * Math.max(0, at - first)) / Math.max(1, last.at - first);
  const line = (key, top) =>
    samples
      .map((sample, index) => {
        const y = height - 4 - ((height - 8) * sample[key]) / top;
        return index === 0 ? `M${x(sample)} ${y}` : `H${x(sample)}V${y}`;
      })
      .join("");
  const text = `Last ${last.at - first} s of ${name}: up to ${requests} requests a second, now ${last.requests}; ${last.running} tasks run, ${last.desired} are desired, at most ${tasks}`;
  return html`<figure class="chart">
    <svg viewBox=${`0 0 ${width} ${height}`} role="img" aria-label=${text}>
      <path class="desired" d=${line("desired", tasks)} />
      <path class="running" d=${line("running", tasks)} />
      <path class="requests" d=${line("requests", requests)} />
    </svg>
    <figcaption>
      <span class="requests">requests/s ${last.requests}, at most ${requests}</span>
      <span class="running">tasks ${last.running}</span>
      <span class="desired">desired ${last.desired}</span>
    </figcaption>
  </figure>`;
}
