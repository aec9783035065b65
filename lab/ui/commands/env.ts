import { readAccessKey } from "../../api/accessKey";
import { policyConfigOf } from "../../engine/base";
import { labEnvironment, leftOut } from "../../engine/environment";
import { LabStack } from "../../engine/labStack";
import { shellQuoted } from "../../engine/languageHost/nodeProcess";
import { readProject } from "../../engine/project";
import { findPulumiCli } from "../../engine/pulumiCli";
import type { Host } from "../../host/host";
import { NOT_SERVED } from "../../host/notServed";
import { findHost } from "../../host/openHost";
import { createProgress } from "../../shared/progress";
import { policyPack } from "../../shared/repository";
import { programAt } from "./pulumi";

export interface EnvOptions {
  /** The lab's state folder. */
  state: string;
  stack: string;
  /** Folder in which the command was typed. */
  from: string;
  policyConfig?: string;
  signal: AbortSignal;
}

/** Variables that would point the AWS CLI and the SDKs elsewhere, or make them sign as somebody else. */
const ledElsewhere = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN"];

/**
 * Shell commands that make a plain `pulumi` work on the lab's stacks, and the AWS CLI and the SDKs on its account,
 * while the lab is being served.
 *
 * @throws Error if it is not being served, since the providers are in the serving process.
 */
export async function shellEnvironment(options: EnvOptions): Promise<string> {
  const { state, stack, from, signal } = options;
  const host = await findHost(state);
  if (!host) {
    throw new Error(`${NOT_SERVED} in another terminal`);
  }
  try {
    const cli = await findPulumiCli({ progress: createProgress(), signal });
    const project = await readProject(programAt(from));
    const { debugProviders } = host;
    const place = {
      stateDir: state,
      debugProviders,
      cli,
      policyPack: { dir: policyPack, config: policyConfigOf(options) },
    };
    const opened = await LabStack.open({ ...place, name: stack, project });
    await opened.select();
    const variables = {
      ...(await labEnvironment(place)),
      PATH: `${cli.path.join(":")}:$PATH`,
      // Where the lab's own Pulumi.yaml and settings are.
      PULUMI_OPTION_CWD: opened.folder,
      ...(await awsEnvironment(host, state)),
    };
    return [
      ...[...leftOut, ...ledElsewhere].map((name) => `unset ${name}`),
      ...Object.entries(variables).map(
        ([name, value]) => `export ${name}=${shellWord(name, value)}`,
      ),
      "",
    ].join("\n");
  } finally {
    await host.close();
  }
}

/**
 * Variables that point the AWS CLI and the SDKs to the lab; version 1 of the CLI knows only the older name of the
 * region's variable.
 */
async function awsEnvironment(host: Host, state: string): Promise<Record<string, string>> {
  const { awsApi } = await host.status();
  const key = await readAccessKey(state);
  if (awsApi === undefined || key === undefined) return {};
  return {
    AWS_ENDPOINT_URL: awsApi.endpoint,
    AWS_ACCESS_KEY_ID: key.accessKeyId,
    AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
    AWS_REGION: awsApi.region,
    AWS_DEFAULT_REGION: awsApi.region,
  };
}

/** Quotes a value for a POSIX shell; PATH may refer to its former value. */
function shellWord(name: string, value: string): string {
  if (name === "PATH") return `"${value.replace(/["\\`]/g, "\\$&")}"`;
  return shellQuoted(value);
}
