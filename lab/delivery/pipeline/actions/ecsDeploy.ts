import { z } from "zod";

import { SERVICE } from "../../../account/types/ecs/tokens";
import { familyAndRevision } from "../../../runtime/controlplane/ecs/ecs";
import type { DeploymentStatus } from "../../../runtime/controlplane/ecs/status";
import { messageOf } from "../../../shared/messageOf";
import { unzip } from "../artifacts";
import {
  type ActionCall,
  ActionError,
  type ActionResult,
  type DeployPlane,
  type ActionContext,
} from "./action";

/** AWS's default for `DeploymentTimeout`, in minutes. */
const TIMEOUT_MINUTES = 60;

const definitionsSchema = z.array(z.object({ name: z.string(), imageUri: z.string() }));

/**
 * CodePipeline's own deployment to ECS: registers a new revision of the service's task definition with the images of
 * `imagedefinitions.json`, updates the service, and waits until ECS has finished. Source: AWS CodePipeline User Guide,
 * "Amazon Elastic Container Service deploy action reference".
 */
export async function ecsDeploy(
  { account, plane }: ActionContext,
  call: ActionCall,
): Promise<ActionResult> {
  const { action, inputs, log, signal } = call;
  const { ClusterName: cluster = "", ServiceName: name = "" } = action.configuration;
  const images = imagesOf(inputs[0], action.configuration.FileName ?? "imagedefinitions.json");
  const service = plane
    .status()
    .services.find((one) => one.cluster === cluster && one.name === name);
  const record = account
    .list(SERVICE)
    .find(({ id, outputs }) => id === service?.arn || outputs.arn === service?.arn);
  if (service === undefined || record === undefined) {
    throw new ActionError(`The Amazon ECS service ${name} does not exist in cluster ${cluster}`);
  }
  const from = String(record.outputs.taskDefinition);
  const to = await plane.registerTaskDefinition({ from, images }).catch((error: unknown) => {
    throw new ActionError(messageOf(error));
  });
  log(`Registered ${familyAndRevision(to)}, made from ${familyAndRevision(from)}`);
  for (const [container, image] of Object.entries(images)) log(`  ${container}: ${image}`);
  signal.throwIfAborted();
  call.deploying({ service: record.id, from, to });
  const unfollow = plane.onEvent(({ source, resource, message }) => {
    if (source === "service" && resource === name) log(message);
  });
  try {
    await plane.updateService({ cluster, service: name, taskDefinition: to });
    const minutes = Number(action.configuration.DeploymentTimeout ?? TIMEOUT_MINUTES);
    const deployment = await settled(plane, service.arn, familyAndRevision(to), {
      timeoutMs: minutes * 60_000,
      signal,
    });
    if (deployment === undefined) {
      throw new ActionError(`Deployment did not stabilise within ${minutes} minutes`);
    }
    if (deployment.rolloutState !== "COMPLETED") {
      throw new ActionError(`Deployment ${deployment.id} failed: ${deployment.rolloutStateReason}`);
    }
    return { summary: `Deployment succeeded: ${familyAndRevision(to)} runs` };
  } finally {
    unfollow();
    // An interrupted deployment is cleaned up by the next lab.
    if (!signal.aborted) call.deploying(undefined);
  }
}

/** Images by container. */
function imagesOf(artifact: Uint8Array | undefined, file: string): Record<string, string> {
  const bytes = artifact && unzip(artifact)[file];
  if (bytes === undefined) {
    throw new ActionError(
      `Did not find the image definition file ${file} in the input artifacts ZIP file. Verify the ` +
        "file is stored in your pipeline's Amazon S3 artifact bucket",
    );
  }
  try {
    const definitions = definitionsSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
    return Object.fromEntries(definitions.map(({ name, imageUri }) => [name, imageUri]));
  } catch {
    throw new ActionError(`The image definition file ${file} contains invalid JSON format`);
  }
}

/**
 * Waits until ECS has finished with a revision: only this revision is running, or it failed and the service is steady
 * again.
 * @returns the deployment; undefined after the timeout
 */
async function settled(
  plane: DeployPlane,
  serviceArn: string,
  revision: string,
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
): Promise<DeploymentStatus | undefined> {
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      stop();
      signal.removeEventListener("abort", abort);
      settle();
    };
    const look = () => {
      const service = plane.status().services.find(({ arn }) => arn === serviceArn);
      const deployment = service?.deployments.find((one) => one.taskDefinition === revision);
      if (service?.status !== "ACTIVE") {
        finish(() => {
          reject(new ActionError("The service was deleted during the deployment"));
        });
      } else if (deployment === undefined) {
        finish(() => {
          reject(new ActionError("Another deployment replaced this one"));
        });
      } else if (
        deployment.rolloutState !== "IN_PROGRESS" &&
        (service.notSteadyBecause === undefined || isStuck(service.deployments))
      ) {
        finish(() => {
          resolve(deployment);
        });
      }
    };
    const abort = () => {
      finish(() => {
        reject(signal.reason as Error);
      });
    };
    const timer = setTimeout(() => {
      finish(() => {
        resolve(undefined);
      });
    }, timeoutMs);
    signal.addEventListener("abort", abort);
    const stop = plane.onChange(look);
    look();
  });
}

/** Whether only a change of the service can make it steady, because there was nothing to roll back to. */
function isStuck(deployments: readonly DeploymentStatus[]): boolean {
  return deployments.find(({ status }) => status === "PRIMARY")?.rolloutState === "FAILED";
}
