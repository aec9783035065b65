import { parse } from "yaml";
import { z } from "zod";

import type { Account } from "../../../account/account";
import { AwsError } from "../../../account/errors";
import { checkInputs, withDefaults } from "../../../account/schema";
import { TASK_DEFINITION } from "../../../account/types/ecs/tokens";
import { resourceTypeOf } from "../../../account/types/registry";
import { familyAndRevision } from "../../../runtime/controlplane/ecs/ecs";
import { messageOf } from "../../../shared/messageOf";
import { unzip } from "../artifacts";
import { type ActionCall, ActionError, type ActionResult, type ActionContext } from "./action";

/** The parts of an AppSpec file that are used: the revision's place, the container and its port. */
const appSpecSchema = z.object({
  Resources: z
    .array(
      z.object({
        TargetService: z.object({
          Properties: z.object({
            TaskDefinition: z.string(),
            LoadBalancerInfo: z.object({
              ContainerName: z.string(),
              ContainerPort: z.coerce.number(),
            }),
          }),
        }),
      }),
    )
    .min(1),
});

/** Properties of the API's task definition for a revision, besides its containers. */
const taskDefinitionSchema = z.looseObject({
  family: z.string(),
  containerDefinitions: z.array(z.looseObject({ name: z.string(), image: z.string() })).min(1),
});

/**
 * CodePipeline's blue/green deployment by CodeDeploy: registers the revision that `taskdef.json` describes, puts it
 * into the AppSpec file, and waits until CodeDeploy has finished the deployment. Source: AWS CodePipeline User Guide,
 * "Amazon Elastic Container Service and CodeDeploy blue-green deploy action reference".
 */
export async function codeDeployToEcs(
  { account, plane }: ActionContext,
  call: ActionCall,
): Promise<ActionResult> {
  const { action, log, signal } = call;
  const { configuration } = action;
  const taskDefinition = fileOf(call, "TaskDefinitionTemplate", "taskdef.json");
  const appSpec = fileOf(call, "AppSpecTemplate", "appspec.yaml");
  checkAppSpec(appSpec);
  const to = await register(account, withImages(call, taskDefinition));
  log(`Registered ${familyAndRevision(to)}`);
  signal.throwIfAborted();
  const unfollow = plane.onEvent(({ source, message }) => {
    if (source === "service") log(message);
  });
  try {
    const { deploymentId, ended } = plane.codeDeploy({
      applicationName: configuration.ApplicationName ?? "",
      deploymentGroupName: configuration.DeploymentGroupName ?? "",
      taskDefinition: to,
    });
    log(`Deployment ${deploymentId} created`);
    const { status, message } = await Promise.race([ended, aborted(signal)]);
    if (status !== "Succeeded") {
      throw new ActionError(`Deployment ${deploymentId} ${status.toLowerCase()}: ${message}`);
    }
    return { summary: `Deployment ${deploymentId} succeeded: ${familyAndRevision(to)} runs` };
  } catch (error) {
    if (signal.aborted || error instanceof ActionError) throw error;
    throw new ActionError(messageOf(error));
  } finally {
    unfollow();
  }
}

/** A text file in an artifact, both named by the configuration: `<kind>Artifact`, `<kind>Path`. */
function fileOf(
  { action, inputs }: ActionCall,
  kind: "TaskDefinitionTemplate" | "AppSpecTemplate",
  otherwise: string,
): string {
  const { [`${kind}Artifact`]: artifact = "", [`${kind}Path`]: path = otherwise } =
    action.configuration;
  const archive = inputs[action.inputArtifacts.indexOf(artifact)];
  const bytes = archive && unzip(archive)[path];
  if (bytes === undefined) {
    throw new ActionError(
      `Exception while trying to read the ${path} artifact file from: ${artifact}`,
    );
  }
  return new TextDecoder().decode(bytes);
}

function checkAppSpec(text: string): void {
  const parsed = appSpecSchema.safeParse(safely(() => parse(text) as unknown));
  if (parsed.success) return;
  const [issue] = parsed.error.issues;
  throw new ActionError(
    `The AppSpec file is not valid: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`,
  );
}

/** Replaces `<NAME>` in the task definition by the image from an artifact's imageDetail.json. */
function withImages({ action, inputs }: ActionCall, text: string): string {
  let filled = text;
  for (const i of [1, 2, 3, 4]) {
    const artifact = action.configuration[`Image${i}ArtifactName`];
    const name = action.configuration[`Image${i}ContainerName`];
    if (artifact === undefined || name === undefined) continue;
    const archive = inputs[action.inputArtifacts.indexOf(artifact)];
    const bytes = archive && unzip(archive)["imageDetail.json"];
    const detail = safely(
      () => JSON.parse(new TextDecoder().decode(bytes)) as { ImageURI?: string },
    );
    if (detail?.ImageURI === undefined) {
      throw new ActionError(`The artifact ${artifact} has no imageDetail.json with an ImageURI`);
    }
    filled = filled.replaceAll(`<${name}>`, detail.ImageURI);
  }
  return filled;
}

/** Registers a revision given in the ECS API's format. */
async function register(account: Account, text: string): Promise<string> {
  const parsed = taskDefinitionSchema.safeParse(safely(() => JSON.parse(text) as unknown));
  if (!parsed.success) throw new ActionError("The task definition file is not valid JSON of one");
  const { containerDefinitions, tags, ...rest } = parsed.data;
  const type = resourceTypeOf(TASK_DEFINITION);
  if (type === undefined) throw new Error(`the account has no ${TASK_DEFINITION}`);
  const inputs = withDefaults(type.inputs, {
    ...rest,
    containerDefinitions: JSON.stringify(containerDefinitions),
    ...(Array.isArray(tags) ? { tags: tagsOf(tags as { key: string; value: string }[]) } : {}),
  }) as Record<string, unknown>;
  const problems = checkInputs(type, inputs);
  if (problems.length > 0) {
    const reasons = problems.map(({ path, reason }) => `${path}: ${reason}`);
    throw new ActionError(`The task definition is not valid: ${reasons.join("; ")}`);
  }
  const before = account
    .list(TASK_DEFINITION)
    .findLast(({ outputs }) => outputs.family === parsed.data.family);
  try {
    const region = before?.id.split(":")[3] ?? "";
    const urn = "urn:lab:register";
    return (await account.create({ type: TASK_DEFINITION, urn, region, inputs })).id;
  } catch (error) {
    if (error instanceof AwsError) throw new ActionError(error.message);
    throw error;
  }
}

function tagsOf(tags: readonly { key: string; value: string }[]): Record<string, string> {
  return Object.fromEntries(tags.map(({ key, value }) => [key, value]));
}

/** The result of `read`; undefined if it throws. */
function safely<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => {
      reject(signal.reason as Error);
    });
  });
}
