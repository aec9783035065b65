import { counted, html, Pill, Section, Time } from "./parts.mjs";

/** What the last operation on each stack did, and what the policies found. */
export function Findings({ stacks }) {
  return html`<${Section} title="Stacks and policies">
    ${stacks.map(
      ({ name, resources, report }) =>
        html`<article key=${name} aria-label=${`Stack ${name}`}>
          <h3 class="line">${name} <small>${counted(resources, "AWS resource")}</small></h3>
          ${report && html`<${Report} report=${report} />`}
        </article>`,
    )}
  <//>`;
}

function Report({ report }) {
  const { operation, result, at, changes, errors, findings } = report;
  const counts = Object.entries(changes).map(([what, count]) => `${count} ${what}`);
  const policies = [...new Set(findings.map(({ policy }) => policy))].map((policy) =>
    findings.filter((finding) => finding.policy === policy),
  );
  policies.sort(([one], [other]) => rank(one) - rank(other) || order(one.policy, other.policy));
  return html`<p class="line">
      ${operation} <${Pill} state=${result} /> <${Time} at=${at} />
      ${counts.length > 0 && html` <small>${counts.join(", ")}, components among them</small>`}
      ${errors > 0 && html` <${Pill} state="failed" label=${counted(errors, "error")} />`}
    </p>
    ${
      policies.length === 0
        ? html`<p class="note">The policies found nothing.</p>`
        : html`<ul class="rows">
            ${policies.map((own) => html`<${Policy} key=${own[0].policy} findings=${own} />`)}
          </ul>`
    }`;
}

function Policy({ findings }) {
  const [{ policy, level }] = findings;
  return html`<li>
    <p class="line"><strong>${policy}</strong> <${Pill} state=${level} /></p>
    <ul class="note">
      ${findings
        .toSorted((one, other) => order(one.urn ?? "", other.urn ?? ""))
        .map(
          ({ urn = "the stack", source, message }) =>
            html`<li key=${urn + message}>
              <code>${urn.split("::").at(-1)}</code>: ${message.split("\n").at(-1)}
              ${source && html` <small>${source.file}:${source.line}</small>`}
            </li>`,
        )}
    </ul>
  </li>`;
}

const rank = ({ level }) => (level === "mandatory" ? 0 : 1);

const order = (one, other) => one.localeCompare(other);
