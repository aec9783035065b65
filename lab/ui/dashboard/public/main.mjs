import { render } from "preact";

import { App } from "./app.mjs";
import { follow } from "./connection.mjs";
import { countDown } from "./countdown.mjs";
import { html } from "./parts.mjs";

/** Everything that the page shows; only `update` writes it. */
let state = { snapshot: undefined, connection: { live: false }, stack: stackOfAddress() };

function update(change) {
  const focus = rememberFocus();
  state = { ...state, ...change };
  render(html`<${App} ...${state} chooseStack=${chooseStack} />`, document.getElementById("page"));
  focus.restore();
  countDown();
}

/** If the focused element is gone, e.g. because its task stopped, its section gets the focus. */
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
    // The lab was restarted, so its page and token may have changed.
    if (state.snapshot && state.snapshot.start !== snapshot.start) location.reload();
    else update({ snapshot, connection: { live: true } });
  },
  onChange: (change) => {
    const events = [...state.snapshot.events, ...(change.events ?? [])].slice(-300);
    update({ snapshot: { ...state.snapshot, ...change, events }, news: change.events ?? [] });
  },
  onLost: (since) => update({ connection: { live: false, since } }),
});
