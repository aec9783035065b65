import { render } from "preact";

import { App } from "./app.mjs";
import { follow } from "./connection.mjs";
import { countDown } from "./countdown.mjs";
import { html } from "./parts.mjs";

/** All that the page shows; `update` is the only writer. */
let state = { snapshot: undefined, connection: { live: false }, stack: stackOfAddress() };

function update(change) {
  const focus = rememberFocus();
  state = { ...state, ...change };
  render(html`<${App} ...${state} chooseStack=${chooseStack} />`, document.getElementById("page"));
  focus.restore();
  countDown();
}

/** What had the focus may be gone, e.g. a task that stopped: then its section has it. */
function rememberFocus() {
  const focused = document.activeElement;
  const section = focused?.closest("section");
  return {
    restore: () => {
      if (section && !focused.isConnected) section.querySelector("h2")?.focus();
    },
  };
}

function stackOfAddress() {
  return new URLSearchParams(location.hash.slice(1)).get("stack") ?? undefined;
}

function chooseStack(stack) {
  history.replaceState(null, "", stack === undefined ? location.pathname : `#stack=${stack}`);
  update({ stack });
}

addEventListener("hashchange", () => update({ stack: stackOfAddress() }));
document.getElementById("page").replaceChildren();
update({});
follow({
  onSnapshot: (snapshot) => {
    // The lab was started anew: its page and its token may be others.
    if (state.snapshot && state.snapshot.start !== snapshot.start) location.reload();
    else update({ snapshot, connection: { live: true } });
  },
  onChange: (change) => {
    const events = [...state.snapshot.events, ...(change.events ?? [])].slice(-300);
    update({ snapshot: { ...state.snapshot, ...change, events }, news: change.events ?? [] });
  },
  onLost: (since) => update({ connection: { live: false, since } }),
});
