import { rm } from "node:fs/promises";
import * as path from "node:path";

import type { Account } from "../../account/account";
import { messageOf } from "../../shared/messageOf";
import { ImageStore } from "../images/imageStore";
import type { Approval, DeployPlane } from "./actions/action";
import { Artifacts } from "./artifacts";
import { type BuildLog, buildLogsIn } from "./buildLogs";
import { type GitAddress, gitAddress } from "./gitAddress";
import { GitServer } from "./gitServer";
import { Pipelines } from "./pipelines";
import { Repositories } from "./repositories";
import { RunStore } from "./runStore";
import type { PipelineRunStatus, PipelineStatus, RepositoryStatus } from "./status";
import { ToolServer } from "./tools/toolServer";

export { cloneCommand, credentialHelper } from "./gitAddress";

export interface DeliveryOptions {
  readonly account: Account;
  readonly plane: DeployPlane;
  /** The lab's state folder. */
  readonly stateDir: string;
  /** Called with every event, in words. */
  readonly report: (resource: string, message: string) => void;
  /** Called after every change of {@link Delivery.status}. */
  readonly onChange: () => void;
}

/** Delivers commits to services: git repositories, pipelines, builds, images. */
export class Delivery {
  private constructor(
    private readonly options: DeliveryOptions,
    private readonly repositories: Repositories,
    private readonly pipelines: Pipelines,
    private readonly git: GitServer,
    private readonly tools: ToolServer,
  ) {}

  /**
   * Opens the git server and cleans up what a killed lab left behind. Call it before tasks start; pipelines run after
   * {@link start}.
   */
  static async open(options: DeliveryOptions): Promise<Delivery> {
    const address = await gitAddress(options.stateDir);
    const tools = await ToolServer.start();
    try {
      return await Delivery.openWith(options, address, tools);
    } catch (error) {
      // Otherwise it would keep the process alive.
      await tools.close();
      throw error;
    }
  }

  private static async openWith(
    options: DeliveryOptions,
    address: GitAddress,
    tools: ToolServer,
  ): Promise<Delivery> {
    const { account, onChange, plane, report, stateDir } = options;
    const repositories = new Repositories(account, stateDir);
    const pipelines = new Pipelines({
      account,
      plane,
      artifacts: new Artifacts(account, stateDir),
      images: new ImageStore(account, stateDir),
      repositories,
      tools,
      buildsDir: path.join(stateDir, "builds"),
      store: new RunStore(stateDir),
      report,
      onChange,
    });
    await pipelines.recover();
    const git = await GitServer.start({
      repositories,
      ...address,
      onChange: (change) => {
        pipelines.branchChanged(change);
        onChange();
        return Promise.resolve();
      },
    });
    return new Delivery(options, repositories, pipelines, git, tools);
  }

  /** Starts running pipelines. */
  async start(): Promise<void> {
    for (const name of this.repositories.names()) {
      await this.repositories.branches(name).catch((error: unknown) => {
        this.options.report(name, messageOf(error));
      });
    }
    this.pipelines.start();
  }

  /** Stops executions, builds and the git server; resolves when nothing runs any more. */
  async stop(): Promise<void> {
    await this.git.close();
    await this.pipelines.stop();
    await this.tools.close();
    await rm(path.join(this.options.stateDir, "builds"), { recursive: true, force: true });
  }

  status(): { pipelines: PipelineStatus[]; repositories: RepositoryStatus[] } {
    return {
      pipelines: this.pipelines.status(),
      repositories: this.repositories.names().map((name) => ({
        name,
        stack: this.repositories.stackOf(name),
        cloneUrl: this.git.cloneUrl(name),
        branches: this.repositories.lastSeen(name),
      })),
    };
  }

  /**
   * Starts an execution of a pipeline; returns its id.
   * @param trigger what started it, e.g. `StartPipelineExecution: arn:…`
   * @throws Error if there is no such pipeline
   */
  release(pipeline: string, trigger: string): string {
    return this.pipelines.release(pipeline, { trigger }).id;
  }

  /** Logs of builds in a CloudWatch log group. */
  buildLogs(group: string): BuildLog[] {
    return buildLogsIn(this.options.account, new RunStore(this.options.stateDir), group);
  }

  /** @throws Error if no execution waits for an approval */
  approve(run: string | undefined, approval: Approval): PipelineRunStatus {
    return this.pipelines.approve(run, approval);
  }
}
