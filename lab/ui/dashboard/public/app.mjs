import { Actions } from "./actions.mjs";
import { Events, Announcer } from "./events.mjs";
import { Findings } from "./findings.mjs";
import { Header } from "./header.mjs";
import { Instances } from "./instances.mjs";
import { Network } from "./network.mjs";
import { Now } from "./now.mjs";
import { Overview } from "./overview.mjs";
import { html } from "./parts.mjs";
import { Pipelines } from "./pipelines.mjs";
import { Scaling } from "./scaling.mjs";
import { Services } from "./services.mjs";
import { Summary } from "./summary.mjs";
import { Traffic } from "./traffic.mjs";

/** The page of one stack, or of all stacks. */
export function App({ snapshot, connection, stack, chooseStack, news }) {
  const chosen = snapshot?.stacks.some(({ name }) => name === stack) ? stack : undefined;
  const view = snapshot && ofStack(snapshot, chosen);
  return html`<a class="skip" href="#content">Skip to the services</a>
    <${Header}
      connection=${connection}
      stacks=${snapshot?.stacks ?? []}
      stack=${chosen}
      chooseStack=${chooseStack}
      pace=${snapshot?.pace}
      actions=${snapshot?.actions ?? []}
    />
    <main id="content" tabindex="-1">
      ${
        view === undefined
          ? html`<p class="card">Waiting for the lab.</p>`
          : html`<${Actions} allowed=${view.actions}>
              ${
                chosen === undefined &&
                snapshot.stacks.length > 1 &&
                html`<${Overview} snapshot=${snapshot} chooseStack=${chooseStack} />`
              }
              <${Content}
                view=${view}
                isAll=${chosen === undefined && snapshot.stacks.length > 1}
              />
            <//>`
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

/** First what is happening, then what exists; the network, which hardly ever changes, comes last. */
function Content({ view, isAll }) {
  if (view.stacks.length === 0 && view.services.length === 0) {
    return html`<p class="card">
      The account is empty. <code>npm run lab -- up --no-serve</code> in another terminal deploys a
      stack.
    </p>`;
  }
  const isDeploying = view.services.some(({ rollout }) => rollout);
  // With many stacks, only shows what is in progress; a stack's name leads to its full page.
  if (isAll) {
    const services = view.services.filter(({ rollout }) => rollout);
    return html`<${Now} view=${{ ...view, services }} /> <${Events} events=${view.events} />`;
  }
  return html`<${Now} view=${view} />
    ${!isDeploying && html`<${Summary} view=${view} />`}
    <div class="columns">
      <div class="column">
        <${Services} view=${view} />
        <${Pipelines} pipelines=${view.pipelines} />
        <${Scaling} view=${view} />
      </div>
      <div class="column">
        <${Events} events=${view.events} />
        <${Traffic} view=${view} />
        <${Instances} instances=${view.instances} />
        <${Findings} stacks=${view.stacks} />
      </div>
    </div>
    <${Network} view=${view} />`;
}

/** The part of a snapshot that belongs to a stack; everything if none is given. */
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

/** The names by which events refer to a resource. */
const namesOf = ({ name, cluster, autoScalingGroup }) =>
  [name, cluster, autoScalingGroup].filter(Boolean);
