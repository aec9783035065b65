import { randomBytes } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import * as path from "node:path";

import { extract, zip } from "../artifacts";
import { runBuild } from "../build";
import { buildIdOf } from "../buildLogs";
import { isolation } from "../buildProcesses";
import { findProject, type BuildProject } from "../records";
import { awsTool } from "../tools/aws";
import { DockerStandIn } from "../tools/docker";
import { type ActionCall, ActionError, type ActionResult, type ActionContext } from "./action";

/** PATH of commands other than the stand-ins. */
const SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Runs a CodeBuild project on the action's first input artifact. */
export async function codeBuild(
  surroundings: ActionContext,
  call: ActionCall,
): Promise<ActionResult> {
  const { action, inputs, log, signal } = call;
  const name = action.configuration.ProjectName ?? "";
  const project = findProject(surroundings.account, name);
  if (project === undefined) {
    throw new ActionError(`Error calling startBuild: Project cannot be found: ${name}`);
  }
  const { region, accountId } = partsOf(project.arn);
  const password = randomBytes(24).toString("base64url");
  const registry = `${accountId}.dkr.ecr.${region}.amazonaws.com`;
  const docker = new DockerStandIn({ images: surroundings.images, registry, password });
  const aws = awsTool(surroundings.account, { region, registryPassword: password });
  const place = { runId: call.runId, stage: call.stage, action: action.name };
  const buildId = `${project.name}:${buildIdOf(place)}`;
  const folder = path.join(surroundings.buildsDir, buildId.replace(":", "-"));
  const dirs = { src: path.join(folder, "src"), bin: path.join(folder, "bin") };
  const uninstall = await surroundings.tools.install(dirs.bin, { aws, docker: docker.tool });
  try {
    await extract(inputs[0] ?? new Uint8Array(), dirs.src);
    await mkdir(path.join(folder, "tmp"));
    log(
      `[lab] ${project.environment.image} is simulated: the commands run on this machine as you, with ` +
        "stand-ins for aws and docker" +
        ((await isolation()).length > 0 ? "" : "; they can see your other processes"),
    );
    const result = await runBuild({
      sourceDir: dirs.src,
      buildspec: project.source.buildspec ?? "buildspec.yml",
      environment: {
        ...environmentOf(project, call, buildId),
        PATH: `${dirs.bin}:${SYSTEM_PATH}`,
        HOME: folder,
        TMPDIR: path.join(folder, "tmp"),
        CODEBUILD_SRC_DIR: dirs.src,
      },
      artifacts: action.outputArtifacts,
      timeoutMs: project.buildTimeout * 60_000,
      signal,
      onLine: (line) => {
        log(line.replaceAll(password, "***").replaceAll(folder, "/codebuild"));
      },
    });
    if (result.status !== "SUCCEEDED") {
      const { status, phase, code, message } = result;
      throw new ActionError(
        `Build terminated with state: ${status}` +
          (phase === undefined
            ? ""
            : `. Phase: ${phase}, Code: ${code ?? ""}, Message: ${message ?? ""}`.replaceAll(
                folder,
                "/codebuild",
              )),
      );
    }
    const outputs = Object.entries(result.artifacts).map(([key, files]) => [key, zip(files)]);
    return {
      summary: `Build ${buildId} succeeded`,
      outputs: Object.fromEntries(outputs) as Record<string, Uint8Array>,
      variables: result.exported,
    };
  } finally {
    uninstall();
    await docker.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * The environment of a build's commands: what CodeBuild sets, what the project declares and what the action adds; later
 * ones override earlier ones. Source: AWS CodeBuild User Guide, "Environment variables in build environments".
 */
function environmentOf(
  project: BuildProject,
  { action, commit = "", pipeline, runId }: ActionCall,
  buildId: string,
): Record<string, string> {
  const { region } = partsOf(project.arn);
  const added = action.configuration.EnvironmentVariables;
  const variables = [
    ...project.environment.environmentVariables,
    ...(added === undefined
      ? []
      : (JSON.parse(added) as BuildProject["environment"]["environmentVariables"])),
  ];
  const secret = variables.find(({ type }) => (type ?? "PLAINTEXT") !== "PLAINTEXT");
  if (secret !== undefined) {
    throw new ActionError(
      `The lab has no ${secret.type ?? ""} to take the variable ${secret.name} from`,
    );
  }
  return {
    AWS_DEFAULT_REGION: region,
    AWS_REGION: region,
    CODEBUILD_BUILD_ARN: project.arn.replace(`project/${project.name}`, `build/${buildId}`),
    CODEBUILD_BUILD_ID: buildId,
    CODEBUILD_BUILD_IMAGE: project.environment.image,
    CODEBUILD_BUILD_SUCCEEDING: "1",
    CODEBUILD_INITIATOR: `codepipeline/${pipeline.name}`,
    CODEBUILD_KMS_KEY_ID: project.encryptionKey ?? "",
    CODEBUILD_LOG_PATH: buildId.split(":")[1] ?? "",
    CODEBUILD_RESOLVED_SOURCE_VERSION: commit,
    CODEBUILD_SOURCE_VERSION: `arn:aws:s3:::${pipeline.artifactStores[0]?.location ?? ""}/${runId}`,
    CODEBUILD_START_TIME: String(Date.now()),
    ...Object.fromEntries(variables.map(({ name, value }) => [name, value])),
  };
}

/** Region and account of an ARN. */
function partsOf(arn: string): { region: string; accountId: string } {
  const [, , , region = "", accountId = ""] = arn.split(":");
  return { region, accountId };
}
