import type { Result } from "autocannon";

import type { ControlPlane } from "../../lab/runtime/controlplane/controlPlane";
import {
  createDeploymentGroup,
  healthCheckSpeed,
  openBlueGreenSite,
} from "../../tests/lab/runtime/controlplane/blueGreenSite";
import { siteFolders } from "../../tests/lab/runtime/controlplane/load";
import { endPlanes, siteUrl, startPlane, steady } from "../../tests/lab/runtime/controlplane/plane";

/** Numbers of connections, and their share of all requests. Each is kept open, and sends one request after another. */
const CONNECTIONS = [
  [1, 0.02],
  [50, 0.38],
  [500, 0.6],
] as const;
/** Makes a minute of bake time a tenth of a second. */
const deploymentSpeed = 600;
const bakeTimeInMinutes = "1";
const CODE_DEPLOY = "by CodeDeploy";

const strategies: Readonly<Record<string, Record<string, unknown>>> = {
  rolling: { strategy: "ROLLING" },
  "blue/green": { strategy: "BLUE_GREEN", bakeTimeInMinutes },
  canary: {
    strategy: "CANARY",
    bakeTimeInMinutes,
    canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: "3" },
  },
  [CODE_DEPLOY]: {},
};

/** The results of the requests during deployments by one strategy. */
export interface LoadFigures {
  readonly strategy: string;
  readonly connections: number;
  readonly deployments: number;
  readonly requests: number;
  /** Answered with a status other than 2xx, or not at all. */
  readonly failed: number;
}

/**
 * Deploys one revision after another while requests come in, by each strategy and with 1 to 500 connections.
 * @param requests the minimum number of requests in total
 */
export async function measureLoad(
  requests: number,
  progress: (text: string) => void,
): Promise<LoadFigures[]> {
  const figures: LoadFigures[] = [];
  const each = requests / Object.keys(strategies).length;
  for (const strategy of Object.keys(strategies)) {
    for (const [connections, part] of CONNECTIONS) {
      progress(`${strategy}, connections: ${connections}`);
      figures.push(await measureOne(strategy, connections, Math.ceil(each * part)));
    }
  }
  return figures;
}

async function measureOne(
  strategy: string,
  connections: number,
  amount: number,
): Promise<LoadFigures> {
  const sites = siteFolders({ one: "one", other: "other" });
  const isCodeDeploy = strategy === CODE_DEPLOY;
  const service = isCodeDeploy ? {} : { deploymentConfiguration: strategies[strategy] };
  const controller = isCodeDeploy ? "CODE_DEPLOY" : "ECS";
  const site = await openBlueGreenSite("one", { ...service, desiredCount: 2 }, controller);
  if (isCodeDeploy) await createDeploymentGroup(site, "CodeDeployDefault.ECSAllAtOnce");
  try {
    const { images } = sites;
    const plane = await startPlane(site.account, {
      images,
      times: { deploymentSpeed, healthCheckSpeed },
    });
    await steady(plane);
    let isOver = false;
    const load = requestsTo(siteUrl(plane), connections, amount).finally(() => (isOver = true));
    let deployments = 0;
    do {
      const taskDefinition = await site.register(deployments % 2 === 0 ? "other" : "one");
      if (isCodeDeploy) await byCodeDeploy(plane, taskDefinition);
      else await site.change({ taskDefinition });
      await steady(plane);
      deployments += 1;
    } while (!isOver as boolean);
    const { "2xx": answered, non2xx, errors } = await load;
    return {
      strategy,
      connections,
      deployments,
      requests: answered + non2xx + errors,
      failed: non2xx + errors,
    };
  } finally {
    await endPlanes();
    sites.remove();
  }
}

async function byCodeDeploy(plane: ControlPlane, taskDefinition: string): Promise<void> {
  const group = { applicationName: "site", deploymentGroupName: "site" };
  const { status, message } = await plane.codeDeploy({ ...group, taskDefinition }).ended;
  if (status !== "Succeeded") throw new Error(`CodeDeploy: ${status}: ${message}`);
}

/** The result's errors include requests that time out. */
async function requestsTo(url: string, connections: number, amount: number): Promise<Result> {
  const { default: autocannon } = await import("autocannon");
  return autocannon({ url, connections, amount: Math.max(amount, connections), timeout: 60 });
}
