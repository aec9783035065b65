import { html, Pill } from "./parts.mjs";

const strategies = {
  ROLLING: "rolling",
  BLUE_GREEN: "blue/green",
  LINEAR: "linear",
  CANARY: "canary",
  CODE_DEPLOY: "CodeDeploy",
};

/** A service's deployments, newest first, with their progress. */
export function Deployments({ service, view }) {
  const { deployments, desiredCount } = service;
  return html`<h4>Deployments</h4>
    <ul class="rows">
      ${deployments.map(
        (one) =>
          html`<${Deployment} key=${one.id} ...${one} desiredCount=${desiredCount} view=${view} />`,
      )}
    </ul>`;
}

function Deployment({ status, strategy, taskDefinition, rolloutState, desiredCount, ...rest }) {
  const { lifecycleStage, trafficWeights, failedTasks, runningCount, pendingCount, view } = rest;
  return html`<li>
    <p class="line">
      <strong>${taskDefinition}</strong>
      <${Pill} state="plain" label=${status} />
      <${Pill} state=${rolloutState} />
      ${lifecycleStage && html`<${Pill} state="IN_PROGRESS" label=${lifecycleStage} />`}
      ${failedTasks > 0 && html`<${Pill} state="failed" label=${`${failedTasks} failed`} />`}
      <small>${strategies[strategy] ?? strategy}</small>
    </p>
    ${
      rolloutState === "IN_PROGRESS" &&
      html`<p class="progress">
        <progress
          max=${Math.max(desiredCount, 1)}
          value=${Math.min(runningCount, desiredCount)}
          aria-label=${`Tasks of deployment ${taskDefinition} that run`}
        ></progress>
        <span>${`${runningCount} of ${desiredCount} running, ${pendingCount} pending`}</span>
      </p>`
    }
    ${trafficWeights && html`<${Traffic} weights=${trafficWeights} groups=${view.targetGroups} />`}
    <p class="note">${rest.rolloutStateReason}</p>
  </li>`;
}

/** How the production traffic is shared between the old target group and the new one. */
function Traffic({ weights, groups }) {
  return html`<ul class="weights" aria-label="Production traffic">
    ${weights.map(({ targetGroupArn, weight }) => {
      const name = groups.find(({ arn }) => arn === targetGroupArn)?.name ?? targetGroupArn;
      return html`<li key=${targetGroupArn}>
        <span>${name}</span>
        <meter min="0" max="100" value=${weight} aria-label=${`Traffic to ${name}`}></meter>
        <span>${`${weight} %`}</span>
      </li>`;
    })}
  </ul>`;
}
