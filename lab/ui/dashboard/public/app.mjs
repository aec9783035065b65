import { Actions } from "./actions.mjs";
import { Events, Announcer } from "./events.mjs";
import { Findings } from "./findings.mjs";
import { Header } from "./header.mjs";
import { Instances } from "./instances.mjs";
import { Network } from "./network.mjs";
import { html } from "./parts.mjs";
import { Pipelines } from "./pipelines.mjs";
import { Scaling } from "./scaling.mjs";
import { Services } from "./services.mjs";
import { Summary } from "./summary.mjs";
import { Traffic } from "./traffic.mjs";

/** The page: all of one stack, or of all stacks. */
export function App({ snapshot, connection, stack, chooseStack, news }) {
  const chosen = snapshot?.stacks.some(({ name }) => name === stack) ? stack : undefined;
  const view = snapshot && ofStack(snapshot, chosen);
  return html`<a class="skip" href="#content">Skip to the services</a>
    <${Header}
      connection=${connection}
      stacks=${snapshot?.stacks ?? []}
      stack=${chosen}
      chooseStack=${chooseStack}
    />
    <main id="content" tabindex="-1">
      ${
        view === undefined
          ? html`<p class="card">Waiting for the lab.</p>`
          : html`<${Actions} allowed=${view.actions}><${Content} view=${view} /><//>`
      }
    </main>
    <${Announcer} news=${news} />
    <footer>
      <p>
        The account is simulated: no IAM evaluation, no billing, no isolation between tasks. Times
        are this browser's.
      </p>
    </footer>`;
}

function Content({ view }) {
  if (view.stacks.length === 0 && view.services.length === 0) {
    return html`<p class="card">The account is empty. <code>npm start</code> deploys a stack.</p>`;
  }
  return html`<${Summary} view=${view} />
    <${Network} view=${view} />
    <div class="columns">
      <div class="column">
        <${Services} view=${view} />
        <${Pipelines} pipelines=${view.pipelines} />
        <${Events} events=${view.events} />
      </div>
      <div class="column">
        <${Traffic} view=${view} />
        <${Instances} instances=${view.instances} />
        <${Scaling} view=${view} />
        <${Findings} stacks=${view.stacks} />
      </div>
    </div>`;
}

/** The part of a snapshot that belongs to a stack; all of it without one. */
function ofStack(snapshot, stack) {
  if (stack === undefined) return snapshot;
  const isOwn = (thing) => thing.stack === stack;
  const others = new Set(
    ["loadBalancers", "targetGroups", "services", "pipelines", "instances"].flatMap((section) =>
      snapshot[section].filter((thing) => !isOwn(thing)).flatMap(namesOf),
    ),
  );
  const sections = ["networks", "loadBalancers", "targetGroups", "services", "instances"];
  return {
    ...snapshot,
    ...Object.fromEntries(
      [...sections, "pipelines"].map((section) => [section, snapshot[section].filter(isOwn)]),
    ),
    stacks: snapshot.stacks.filter(({ name }) => name === stack),
    events: snapshot.events.filter(({ source, resource }) =>
      source === "stack"
        ? resource === stack
        : !others.has(resource) && !others.has(/:task\/([^/]+)\//.exec(resource)?.[1]),
    ),
  };
}

/** What events call a thing by. */
const namesOf = ({ name, cluster, autoScalingGroup }) =>
  [name, cluster, autoScalingGroup].filter(Boolean);
