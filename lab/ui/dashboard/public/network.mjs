import { counted, html, Pill, Section, shortId } from "./parts.mjs";

/** The VPCs, a column for each zone. */
export function Network({ view }) {
  if (view.networks.length === 0) return null;
  return html`<${Section} title="Network">
    <details>
      <summary>${counted(view.networks.length, "VPC")} with subnets and what is in them</summary>
      ${view.networks.map(
        (vpc) =>
          html`<article key=${vpc.id} class="vpc" aria-label=${`VPC ${vpc.id}`}>
            <h3 class="line">
              VPC <code>${vpc.cidrBlock}</code> <small>${vpc.id}, stack ${vpc.stack}</small>
            </h3>
            <ul class="zones">
              ${vpc.zones.map(
                (zone) =>
                  html`<li key=${zone.name}>
                    <h4>${zone.name}</h4>
                    <ul>
                      ${zone.subnets.map((one) => html`<${Subnet} key=${one.id} ...${one} />`)}
                    </ul>
                    <${ZoneInstances} zone=${zone.name} stack=${vpc.stack} view=${view} />
                  </li>`,
              )}
            </ul>
          </article>`,
      )}
    </details>
  <//>`;
}

function Subnet({ name, cidrBlock, internetAccess, natGateways, loadBalancers, services }) {
  const kind = { "internet gateway": "public", "NAT gateway": "private", none: "isolated" }[
    internetAccess
  ];
  return html`<li class=${`subnet ${kind}`}>
    <p class="line"><strong>${kind}</strong> <code>${cidrBlock}</code></p>
    <p class="note">${name}</p>
    <ul class="chips">
      ${loadBalancers.map((one) => html`<li key=${one} class="chip">ALB ${one}</li>`)}
      ${natGateways.map((one) => html`<li key=${one} class="chip">NAT gateway ${one}</li>`)}
      ${services.map((one) => html`<li key=${one} class="chip service">tasks of ${one}</li>`)}
    </ul>
  </li>`;
}

/** The lab does not simulate which of a zone's subnets an instance is in. */
function ZoneInstances({ zone, stack, view }) {
  const own = view.instances.filter((one) => one.zone === zone && one.stack === stack);
  if (own.length === 0) return null;
  return html`<ul class="chips" aria-label=${`Instances in ${zone}`}>
    ${own.map(
      ({ id, instanceType, status, tasks }) =>
        html`<li key=${id} class="chip">
          ${id} <small>${instanceType}</small> <${Pill} state=${status} />
          ${tasks.map((arn) => html` <code key=${arn}>${shortId(arn)}</code>`)}
        </li>`,
    )}
  </ul>`;
}
