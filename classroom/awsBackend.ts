import * as path from "node:path";

import { LocalWorkspace, type PulumiCommand, type Stack } from "@pulumi/pulumi/automation";

import { type OperationReport, runOperation } from "../lab/engine/operation";
import type { Backend, ClassOperation, StackTask } from "./backend";
import { repository } from "./stackSettings";

export interface AwsBackendOptions {
  /** Name of the project, as in Pulumi.yaml. */
  project: string;
  /** The Pulumi CLI. @default the one on PATH */
  pulumi?: PulumiCommand;
  /** Folder of the program. @default the checkout */
  workDir?: string;
}

/**
 * AWS, by the installed Pulumi CLI: its backend and its credentials are those of whoever runs it, as with
 * `npm run pulumi`. Each stack's configuration is written to its `Pulumi.<stack>.yaml`.
 */
export class AwsBackend implements Backend {
  readonly name = "aws";
  private readonly workDir: string;

  constructor(private readonly options: AwsBackendOptions) {
    this.workDir = options.workDir ?? repository;
  }

  async resources(): Promise<Record<string, number>> {
    const workspace = await this.workspace();
    const stacks = await workspace.listStacks();
    return Object.fromEntries(
      stacks.flatMap(({ name, resourceCount = 0 }) =>
        resourceCount === 0 ? [] : [[name.split("/").at(-1) ?? name, resourceCount]],
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
    // Rules over the whole stack judge a plan before anything is created.
    const preview = await runOperation(stack, "preview", { signal });
    if (preview.result === "failed" || signal.aborted) return preview;
    return runOperation(stack, "up", { signal });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private async stack({ plan, policyConfig }: StackTask): Promise<Stack> {
    const { pulumi } = this.options;
    const stack = await LocalWorkspace.createOrSelectStack(
      { stackName: plan.stack, workDir: this.workDir },
      {
        ...(pulumi && { pulumiCommand: pulumi }),
        envVars: {
          PULUMI_OPTION_POLICY_PACK: path.join(repository, "policies"),
          PULUMI_OPTION_POLICY_PACK_CONFIG: policyConfig,
        },
      },
    );
    const kept = await stack.workspace.stackSettings(plan.stack).catch(() => ({}));
    const config = Object.fromEntries(
      Object.entries(plan.config).map(([key, value]) => [
        key.includes(":") ? key : `${this.options.project}:${key}`,
        value,
      ]),
    ) as Record<string, string>;
    await stack.workspace.saveStackSettings(plan.stack, { ...kept, config });
    return stack;
  }

  private workspace(): Promise<LocalWorkspace> {
    const { pulumi } = this.options;
    return LocalWorkspace.create({
      workDir: this.workDir,
      ...(pulumi && { pulumiCommand: pulumi }),
    });
  }
}
