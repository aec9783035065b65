import { mkdir, readFile } from "node:fs/promises";
import * as path from "node:path";

import * as yaml from "yaml";
import { z } from "zod";

import { type EngineStack, type OperationReport, runOperation } from "../lab/engine/operation";
import { outputOf, type Pulumi, pulumiIn } from "../lab/engine/pulumi";
import { findPulumiCli, type PulumiCli, type PulumiCliOptions } from "../lab/engine/pulumiCli";
import { lastPart } from "../lab/shared/lastPart";
import { replaceFile } from "../lab/shared/replaceFile";
import { asTyped, type Backend, type ClassOperation, type StackTask } from "./backend";
import { repository } from "./stackSettings";

export interface AwsBackendOptions {
  /** Name of the project, as in Pulumi.yaml. */
  project: string;
  /** Folder for each stack's policy configuration, which the learner's command names. */
  policies: string;
  /** The Pulumi CLI, with variables for each run. */
  pulumi: (cwd: string, variables: Readonly<Record<string, string>>) => Pulumi;
  /** Folder of the program. @default the checkout */
  workDir?: string;
}

/** What `pulumi stack ls --json` prints. */
const stacksSchema = z.array(z.object({ name: z.string(), resourceCount: z.number().optional() }));

/** Runs the CLI that `npm run pulumi` would run, with this process's environment. */
function runs({ command, path: folders }: PulumiCli): AwsBackendOptions["pulumi"] {
  const PATH = [...folders, process.env.PATH ?? ""].join(path.delimiter);
  return (cwd, variables) =>
    pulumiIn({ command, cwd, env: { ...process.env, PATH, ...variables } });
}

/**
 * Deploys to AWS with the Pulumi CLI, using the backend and credentials of the user, as `npm run pulumi` does. Each stack's
 * configuration is written to its `Pulumi.<stack>.yaml`, and that of its policies to a folder of the class.
 */
export class AwsBackend implements Backend {
  readonly name = "aws";
  private readonly workDir: string;

  constructor(private readonly options: AwsBackendOptions) {
    this.workDir = options.workDir ?? repository;
  }

  /**
   * Finds or installs the CLI.
   *
   * @throws Error that says why there is none, and what to do.
   */
  static async open({
    progress,
    signal,
    ...options
  }: Omit<AwsBackendOptions, "pulumi"> & PulumiCliOptions): Promise<AwsBackend> {
    return new AwsBackend({ ...options, pulumi: runs(await findPulumiCli({ progress, signal })) });
  }

  async resources(): Promise<Record<string, number>> {
    const listed = await outputOf(this.pulumi(), ["stack", "ls", "--json"]);
    return Object.fromEntries(
      stacksSchema
        .parse(JSON.parse(listed))
        .flatMap(({ name, resourceCount = 0 }) =>
          resourceCount === 0 ? [] : [[lastPart(name), resourceCount]],
        ),
    );
  }

  async run(
    operation: ClassOperation,
    task: StackTask,
    signal: AbortSignal,
  ): Promise<OperationReport> {
    const stack = await this.stack(task);
    if (operation !== "up") return runOperation(stack, operation, { signal });
    const policies = await readFile(task.policyConfig, "utf8");
    await mkdir(this.options.policies, { recursive: true });
    await replaceFile(this.policiesOf(task.plan.stack), policies);
    // Rules that check the whole stack judge the preview before anything is created.
    const preview = await runOperation(stack, "preview", { signal });
    if (preview.result === "failed" || signal.aborted) return preview;
    return runOperation(stack, "up", { signal });
  }

  commandOf(stack: string): string {
    const file = path.relative(this.workDir, this.policiesOf(stack));
    const policies = `--policy-pack policies --policy-pack-config ${asTyped(file)}`;
    return `npm run pulumi -- up --stack ${stack} ${policies}`;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private policiesOf(stack: string): string {
    return path.join(this.options.policies, `${stack}.json`);
  }

  private async stack({ plan, policyConfig }: StackTask): Promise<EngineStack> {
    const pulumi = this.pulumi({
      PULUMI_OPTION_POLICY_PACK: path.join(repository, "policies"),
      PULUMI_OPTION_POLICY_PACK_CONFIG: policyConfig,
    });
    await outputOf(pulumi, ["stack", "select", "--create", "--stack", plan.stack]);
    const file = path.join(this.workDir, `Pulumi.${plan.stack}.yaml`);
    const document = yaml.parseDocument(await readFile(file, "utf8").catch(() => "{}\n"));
    const config = Object.entries(plan.config).map(([key, value]) => [
      key.includes(":") ? key : `${this.options.project}:${key}`,
      value,
    ]);
    // Keeps what else Pulumi stores there: how secrets are encrypted.
    document.set("config", Object.fromEntries(config));
    await replaceFile(file, document.toString({ lineWidth: 0 }));
    return { name: plan.stack, pulumi };
  }

  private pulumi(variables: Readonly<Record<string, string>> = {}): Pulumi {
    // For --event-log.
    return this.options.pulumi(this.workDir, { ...variables, PULUMI_DEBUG_COMMANDS: "true" });
  }
}
