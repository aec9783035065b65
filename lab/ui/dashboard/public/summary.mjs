import { html } from "./parts.mjs";

/** A few numbers that show whether all is well. */
export function Summary({ view }) {
  const { services, targetGroups, instances, stacks } = view;
  const tasks = services.flatMap((service) => service.tasks);
  const targets = targetGroups.flatMap((group) => group.targets);
  const findings = stacks.flatMap(({ report }) => report?.findings ?? []);
  const count = (list, is) => list.filter(is).length;
  const facts = [
    ["Services steady", count(services, (one) => !one.notSteadyBecause), services.length],
    ["Tasks running", count(tasks, (task) => task.lastStatus === "RUNNING")],
    ["Targets healthy", count(targets, ({ state }) => state === "healthy"), targets.length],
    ...(instances.length > 0
      ? [["Instances active", count(instances, (one) => one.status === "ACTIVE"), instances.length]]
      : []),
    ["Policy violations", count(findings, ({ level }) => level === "mandatory")],
    ["Pieces of advice", count(findings, ({ level }) => level !== "mandatory")],
  ];
  return html`<section aria-labelledby="summary" class="summary">
    <h2 id="summary" class="hidden" tabindex="-1">Summary</h2>
    <dl>
      ${facts.map(
        ([name, value, of]) =>
          html`<div key=${name}>
            <dt>${name}</dt>
            <dd>${value}${of !== undefined && html`<small> of ${of}</small>`}</dd>
          </div>`,
      )}
    </dl>
  </section>`;
}
