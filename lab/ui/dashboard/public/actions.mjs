import { createContext } from "preact";
import { useContext, useState } from "preact/hooks";

import { act } from "./connection.mjs";
import { html, shortId } from "./parts.mjs";

const Allowed = createContext({ may: () => false });

/** Lets the parts of the page act. */
export function Actions({ allowed, children }) {
  const may = (name) => allowed.includes(name);
  return html`<${Allowed.Provider} value=${{ may }}>
    ${
      may("stopTask") &&
      html`<p class="outcome">
        Actions are allowed: what you do here is drift, as done at the AWS console.
      </p>`
    }
    ${children}
  <//>`;
}

/** The result of an action, shown beside its button. */
export function useOutcome() {
  const [{ text, isError }, tell] = useState({ text: "", isError: false });
  const run = async (action, done) => {
    try {
      await act(action);
      tell({ text: done, isError: false });
    } catch (error) {
      tell({ text: error.message, isError: true });
    }
  };
  const outcome = html`<span class=${isError ? "told bad" : "told"} role="status">${text}</span>`;
  return { run, outcome };
}

/** Stops a deployment and rolls back, after asking in place of the button. */
export function RollBack({ service: { arn, name, deployments } }) {
  const { may } = useContext(Allowed);
  const { run, outcome } = useOutcome();
  const [isAsking, ask] = useState(false);
  if (!may("rollBack") || deployments.length < 2) return null;
  const button = (label, onClick) =>
    html`<button type="button" aria-label=${`${label} ${name}`} onClick=${onClick}>
      ${label}
    </button>`;
  return html`<span class="buttons">
    ${
      isAsking
        ? html`${button("Yes, roll back", () => {
            ask(false);
            void run({ action: "rollBack", service: arn }, "Rolling back.");
          })}
          ${button("Go on deploying", () => ask(false))}`
        : button("Stop and roll back", () => ask(true))
    }
    ${outcome}
  </span>`;
}

/** @param run runs an action of the service, which shows the result, since a stopped task disappears */
export function TaskActions({ task, targets, run }) {
  const { may } = useContext(Allowed);
  if (task.desiredStatus === "STOPPED") return null;
  const id = shortId(task.arn);
  const isBroken = targets.some((target) => target.isBroken);
  const health = isBroken ? "fixHealth" : "breakHealth";
  if (!may("stopTask") && !may(health)) return null;
  return html`<p class="buttons">
    ${
      may("stopTask") &&
      html`<button
        type="button"
        aria-label=${`Stop task ${id}`}
        onClick=${() => run({ action: "stopTask", task: task.arn }, `Task ${id} was stopped.`)}
      >
        Stop
      </button>`
    }
    ${
      may(health) &&
      targets.length > 0 &&
      html`<button
        type="button"
        aria-label=${`${isBroken ? "Fix" : "Break"} health of task ${id}`}
        onClick=${() =>
          run(
            { action: health, task: task.arn },
            `The health checks of task ${id} will ${isBroken ? "pass again" : "fail"}.`,
          )}
      >
        ${isBroken ? "Fix health" : "Break health"}
      </button>`
    }
  </p>`;
}

export function DesiredCount({ service }) {
  const { may } = useContext(Allowed);
  const { run, outcome } = useOutcome();
  if (!may("setDesiredCount") || service.schedulingStrategy === "DAEMON") return null;
  const { arn, name, desiredCount } = service;
  const submit = (event) => {
    event.preventDefault();
    const count = new FormData(event.target).get("count");
    void run(
      { action: "setDesiredCount", service: arn, count: Number(count) },
      `${name} now wants ${count} tasks.`,
    );
  };
  return html`<form onSubmit=${submit}>
    <label>
      Desired count of ${name}
      <input name="count" type="number" min="0" max="5000" required value=${desiredCount} />
    </label>
    <button type="submit">Set</button>
    ${outcome}
  </form>`;
}

export function PushPage({ stack }) {
  const { may } = useContext(Allowed);
  const { run, outcome } = useOutcome();
  if (!may("pushPage")) return null;
  const push = () =>
    run({ action: "pushPage", stack }, `nginx/ was pushed to the repository of ${stack}.`);
  return html`<p class="buttons">
    <button type="button" onClick=${push}>Push nginx/ to ${stack}</button>
    ${outcome}
  </p>`;
}
