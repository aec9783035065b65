import { useState } from "preact/hooks";

import { act } from "./connection.mjs";
import { html } from "./parts.mjs";

export function Header({ connection, stacks, stack, chooseStack, pace, actions }) {
  return html`<header>
    <h1>ecs-handson lab</h1>
    <p class=${`connection ${connection.live ? "live" : "stale"}`} role="status">
      ${
        connection.live
          ? "Live"
          : connection.since
            ? `Stale since ${connection.since.toLocaleTimeString("en-GB")}: the lab has ended or does not answer; start it with npm start`
            : "Connecting"
      }
    </p>
    <div class="tools">
      ${
        stacks.length > 1 &&
        html`<label>
          Stack
          <select
            value=${stack ?? ""}
            onChange=${({ target }) => chooseStack(target.value || undefined)}
          >
            <option value="">all</option>
            ${stacks.map(({ name }) => html`<option key=${name} value=${name}>${name}</option>`)}
          </select>
        </label>`
      }
      ${pace && html`<${PaceChoice} pace=${pace} may=${actions.includes("setPace")} />`}
      <${ThemeChoice} />
    </div>
  </header>`;
}

const paces = { real: "real, as on AWS", lesson: "lesson", fast: "fast" };

/** How fast the lab runs; anything in progress continues at the new pace. */
function PaceChoice({ pace, may }) {
  const [refused, tell] = useState("");
  if (!may) return html`<p class="note">Pace: ${paces[pace]}</p>`;
  const change = ({ target }) => {
    tell("");
    act({ action: "setPace", pace: target.value }).catch((error) => tell(error.message));
  };
  return html`<label>
    Pace
    <select value=${pace} onChange=${change}>
      ${Object.entries(paces).map(
        ([name, label]) => html`<option key=${name} value=${name}>${label}</option>`,
      )}
    </select>
    ${refused && html`<span class="why" role="alert">${refused}</span>`}
  </label>`;
}

const themes = ["auto", "light", "dark"];

function ThemeChoice() {
  const [theme, choose] = useState(() => apply(localStorage.getItem("theme") ?? "auto"));
  return html`<label>
    Colours
    <select value=${theme} onChange=${({ target }) => choose(apply(target.value))}>
      ${themes.map((name) => html`<option key=${name} value=${name}>${name}</option>`)}
    </select>
  </label>`;
}

function apply(theme) {
  localStorage.setItem("theme", theme);
  document.documentElement.dataset.theme = theme;
  return theme;
}
