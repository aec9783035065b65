import { counted, html, Pill, Section, shortId } from "./parts.mjs";

/** Load balancers with their rules in order of evaluation, and the target groups. */
export function Traffic({ view }) {
  const { loadBalancers, targetGroups } = view;
  if (loadBalancers.length + targetGroups.length === 0) return null;
  return html`<${Section} title="Load balancing">
    ${loadBalancers.map(
      (one) => html`<${LoadBalancer} key=${one.arn} ...${one} targetGroups=${targetGroups} />`,
    )}
    <h3>Target groups</h3>
    <ul class="rows">
      ${targetGroups.map((one) => html`<${TargetGroup} key=${one.arn} ...${one} />`)}
    </ul>
  <//>`;
}

function LoadBalancer({ name, url, listeners, targetGroups }) {
  return html`<article aria-label=${`Load balancer ${name}`}>
    <h3>${name}</h3>
    <p>
      ${url ? html`<a href=${url} target="_blank" rel="noreferrer">${url}</a>` : "not listening"}
    </p>
    ${listeners.map(
      ({ arn, protocol, port, url: open, certificateAuthority: authority, rules }) =>
        html`<div key=${arn}>
          <h4>Listener ${protocol} ${port} ${!open && html`<small>not listening</small>`}</h4>
          ${
            open &&
            authority &&
            html`<p>
              Its certificate is issued by the lab: <code>curl --cacert ${authority} ${open}</code>
            </p>`
          }
          <ol class="rules">
            ${rules.map((rule) => html`<${Rule} key=${rule.priority} ...${rule} groups=${targetGroups} />`)}
          </ol>
        </div>`,
    )}
  </article>`;
}

function Rule({ priority, conditions, action, targetGroups, groups }) {
  const total = targetGroups.reduce((sum, { weight }) => sum + weight, 0);
  return html`<li>
    <span class="priority">${priority}</span>
    <span class="condition">${conditions}</span>
    <span class="action">
      <span aria-hidden="true">→</span>
      ${
        targetGroups.length === 0
          ? action
          : targetGroups.map(({ arn, weight }) => {
              const group = groups.find((one) => one.arn === arn);
              const share = total === 0 ? 0 : Math.round((100 * weight) / total);
              const name = group?.name ?? arn;
              return html`<span key=${arn} class="forward">
                <span>${name}</span>
                ${
                  targetGroups.length > 1 &&
                  html`<meter
                      min="0"
                      max="100"
                      value=${share}
                      aria-label=${`Weight of ${name}`}
                    ></meter>
                    <span>${share} %</span>`
                }
                ${group && html`<small>${healthyOf(group)}</small>`}
              </span>`;
            })
      }
    </span>
  </li>`;
}

function TargetGroup({ name, targets }) {
  return html`<li>
    <p class="line"><strong>${name}</strong> <small>${healthyOf({ targets })}</small></p>
    <ul class="targets">
      ${targets.map(
        ({ taskArn, address, state, reason, description }) =>
          html`<li key=${taskArn}>
            <code>${shortId(taskArn)}</code> <small>${address}</small> <${Pill} state=${state} />
            ${
              description &&
              html`<span class=${state === "unhealthy" ? "why" : "note"}
                >${description} <code>${reason}</code></span
              >`
            }
          </li>`,
      )}
    </ul>
  </li>`;
}

function healthyOf({ targets }) {
  const healthy = targets.filter(({ state }) => state === "healthy").length;
  return targets.length === 0
    ? "no targets"
    : `${healthy} of ${counted(targets.length, "target")} healthy`;
}
