import { readFile } from "node:fs/promises";
import * as path from "node:path";

import * as yaml from "yaml";
import { z } from "zod";

import { type EngineStack, type OperationReport, runOperation } from "../lab/engine/operation";
import { outputOf, type Pulumi, pulumiIn } from "../lab/engine/pulumi";
import { replaceFile } from "../lab/shared/replaceFile";
import type { Backend, ClassOperation, StackTask } from "./backend";
import { repository } from "./stackSettings";

export interface AwsBackendOptions {
  /** Name of the project, as in Pulumi.yaml. */
  project: string;
  /** The Pulumi CLI, with variables for each run. @default the one on PATH */
  pulumi?: (cwd: string, variables: Readonly<Record<string, string>>) => Pulumi;
  /** Folder of the program. @default the checkout */
  workDir?: string;
}

/** What `pulumi stack ls --json` prints. */
const stacksSchema = z.array(z.object({ name: z.string(), resourceCount: z.number().optional() }));

const onPath: NonNullable<AwsBackendOptions["pulumi"]> = (cwd, variables) =>
  pulumiIn({ command: "pulumi", cwd, env: { ...process.env, ...variables } });

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
    const listed = await outputOf(this.pulumi(), ["stack", "ls", "--json"]);
    return Object.fromEntries(
      stacksSchema
        .parse(JSON.parse(listed))
        .flatMap(({ name, resourceCount = 0 }) =>
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
    // What Pulumi keeps there beside the configuration, how secrets are encrypted, stays.
    document.set("config", Object.fromEntries(config));
    await replaceFile(file, document.toString({ lineWidth: 0 }));
    return { name: plan.stack, pulumi };
  }

  private pulumi(variables: Readonly<Record<string, string>> = {}): Pulumi {
    const { pulumi = onPath } = this.options;
    // For --event-log.
    return pulumi(this.workDir, { ...variables, PULUMI_DEBUG_COMMANDS: "true" });
  }
}
