import { useState } from "preact/hooks";

import { html } from "./parts.mjs";

export function Header({ connection, stacks, stack, chooseStack }) {
  return html`<header>
    <h1>ecs-handson lab</h1>
    <p class=${`connection ${connection.live ? "live" : "stale"}`} role="status">
      ${
        connection.live
          ? "Live"
          : connection.since
            ? `Stale since ${connection.since.toLocaleTimeString("en-GB")}: waiting for the lab`
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
      <${ThemeChoice} />
    </div>
  </header>`;
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
