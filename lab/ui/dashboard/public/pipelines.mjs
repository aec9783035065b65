import { PushPage } from "./actions.mjs";
import { html, Pill, Section, Time } from "./parts.mjs";

/** How many runs of a pipeline are shown. */
const shown = 5;

/** What a pipeline does with a push during an execution, in words; the mode's own name reads like a state. */
const modes = {
  SUPERSEDED: "a newer push replaces a waiting one",
  QUEUED: "pushes wait for each other",
  PARALLEL: "pushes run side by side",
};

export function Pipelines({ pipelines }) {
  if (pipelines.length === 0) return null;
  return html`<${Section} title="Pipelines">
    ${pipelines.map(
      ({ name, executionMode, runs, stack }) =>
        html`<article key=${name} aria-label=${`Pipeline ${name}`}>
          <h3 class="line">
            ${name} ${runs.length > 0 && html`<${Pill} state=${runs[0].status} />`}
            <small>${modes[executionMode] ?? executionMode}</small>
          </h3>
          <${PushPage} stack=${stack} />
          ${runs.length === 0 && html`<p class="note">Waiting for its first push.</p>`}
          <ol class="rows">
            ${runs
              .slice(0, shown)
              .map(
                (run, index) => html`<${Run} key=${run.id} run=${run} isNewest=${index === 0} />`,
              )}
          </ol>
        </article>`,
    )}
  <//>`;
}

function Run({ run, isNewest }) {
  const { commit, pushedCommit, message, trigger, status, startedAt, stages } = run;
  const id = commit ?? pushedCommit;
  return html`<li>
    <p class="line">
      <${Pill} state=${status} />
      <${Time} at=${startedAt} /> ${id && html`<code>${id.slice(0, 7)}</code>`}
      <span>${message ?? trigger}</span>
    </p>
    <details open=${isNewest}>
      <summary>Stages of ${id ? id.slice(0, 7) : run.id}</summary>
      <ol class="stages">
        ${stages.map(
          (stage) =>
            html`<li key=${stage.name}>
              <p class="line"><strong>${stage.name}</strong> <${Pill} state=${stage.status} /></p>
              ${stage.actions.map((action) => html`<${Action} key=${action.name} ...${action} />`)}
            </li>`,
        )}
      </ol>
    </details>
  </li>`;
}

function Action({ name, provider, status, summary, log = [] }) {
  return html`<p class="line">${name} <small>${provider}</small> <${Pill} state=${status} /></p>
    ${summary && html`<p class="note">${summary}</p>`}
    ${
      log.length > 0 &&
      html`<details>
        <summary>Log of ${name}</summary>
        <pre tabindex="0" aria-label=${`Log of ${name}`}>${log.join("\n")}</pre>
      </details>`
    }`;
}
