import { counted, html, Pill, Section } from "./parts.mjs";

/** A line for each stack, if there are several, to show which need attention. */
export function Overview({ snapshot, chooseStack }) {
  return html`<${Section} title="Stacks">
    <table class="overview">
      <caption class="hidden">
        Stacks
      </caption>
      <thead>
        <tr>
          ${["Stack", "State", "Tasks", "Last operation", "Policies"].map(
            (title) => html`<th key=${title} scope="col">${title}</th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${snapshot.stacks.map(
          (stack) =>
            html`<${Row}
              key=${stack.name}
              stack=${stack}
              snapshot=${snapshot}
              choose=${chooseStack}
            />`,
        )}
      </tbody>
    </table>
  <//>`;
}

function Row({ stack: { name, report }, snapshot, choose }) {
  const services = snapshot.services.filter(({ stack }) => stack === name);
  const isDeploying = services.some(({ rollout }) => rollout);
  const isSteady = services.every(({ notSteadyBecause }) => !notSteadyBecause);
  const state = isDeploying ? "deploying" : isSteady ? "steady" : "not steady";
  const sum = (key) => services.reduce((total, service) => total + service[key], 0);
  return html`<tr>
    <th scope="row">
      <a
        href=${`#stack=${name}`}
        onClick=${(event) => {
          event.preventDefault();
          choose(name);
        }}
        >${name}</a
      >
    </th>
    <td>${services.length === 0 ? "no service" : html`<${Pill} state=${state} />`}</td>
    <td>${`${sum("runningCount")} of ${sum("desiredCount")}`}</td>
    <td>${report ? html`${report.operation} <${Pill} state=${report.result} />` : "none known"}</td>
    <td>${verdictOf(report?.findings ?? [])}</td>
  </tr>`;
}

/** `1 violation, 3 pieces of advice`, counted by rule and resource. */
export function verdictOf(findings) {
  const violations = findings.filter(({ level }) => level === "mandatory").length;
  const advice = findings.length - violations;
  const said = [
    ...(violations > 0 ? [counted(violations, "violation")] : []),
    ...(advice > 0 ? [`${advice} ${advice === 1 ? "piece" : "pieces"} of advice`] : []),
  ];
  return said.join(", ") || "nothing found";
}
