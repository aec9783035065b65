import { randomBytes } from "node:crypto";
import { mkdir, readFile, rm } from "node:fs/promises";
import * as path from "node:path";

import getPort from "get-port";
import writeFileAtomic from "write-file-atomic";
import { z } from "zod";

import type { Account } from "../../account/account";
import { messageOf } from "../../shared/messageOf";
import { ImageStore } from "../images/imageStore";
import type { Approval, DeployPlane } from "./actions/action";
import { Artifacts } from "./artifacts";
import { GitServer } from "./gitServer";
import { Pipelines } from "./pipelines";
import { Repositories } from "./repositories";
import { RunStore } from "./runStore";
import type { PipelineRunStatus, PipelineStatus, RepositoryStatus } from "./status";
import { ToolServer } from "./tools/toolServer";

/** First port that is tried for the git server. */
const FIRST_PORT = 8290;

const addressSchema = z.object({ password: z.string(), port: z.number() });

export interface DeliveryOptions {
  readonly account: Account;
  readonly plane: DeployPlane;
  /** The lab's state folder. */
  readonly stateDir: string;
  /** Told of everything that happens, in words. */
  readonly report: (resource: string, message: string) => void;
  /** Called after every change of {@link Delivery.status}. */
  readonly onChange: () => void;
}

/** What brings a commit into a service: git repositories, pipelines, builds, images. */
export class Delivery {
  private constructor(
    private readonly options: DeliveryOptions,
    private readonly repositories: Repositories,
    private readonly pipelines: Pipelines,
    private readonly git: GitServer,
    private readonly tools: ToolServer,
  ) {}

  /**
   * Opens the git server and makes good what a killed lab left. To be called before tasks start;
   * pipelines run from {@link start} on.
   */
  static async open(options: DeliveryOptions): Promise<Delivery> {
    const { account, onChange, plane, report, stateDir } = options;
    const repositories = new Repositories(account, stateDir);
    const tools = await ToolServer.start();
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
    const address = await gitAddress(stateDir);
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

  /** Starts to run pipelines. */
  async start(): Promise<void> {
    for (const name of this.repositories.names()) {
      await this.repositories.branches(name).catch((error: unknown) => {
        this.options.report(name, messageOf(error));
      });
    }
    this.pipelines.start();
  }

  /** Stops executions, builds and the git server; nothing of it runs any more. */
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

  /** @throws Error if no execution waits for an approval */
  approve(run: string | undefined, approval: Approval): PipelineRunStatus {
    return this.pipelines.approve(run, approval);
  }
}

const addressFile = (stateDir: string) => path.join(stateDir, "git-server.json");

/**
 * Password and port of the git server: the same as the last time where that can be, so that clones
 * stay in use. The file is its owner's alone: whoever can push has commands run.
 */
async function gitAddress(stateDir: string): Promise<{ password: string; port: number }> {
  const kept = await readAddress(stateDir);
  const port = await getPort({ host: "127.0.0.1", port: kept?.port ?? FIRST_PORT });
  const password = kept?.password ?? randomBytes(24).toString("base64url");
  await mkdir(stateDir, { recursive: true });
  const text = JSON.stringify({ password, port });
  await writeFileAtomic(addressFile(stateDir), text, { mode: 0o600 });
  return { password, port };
}

async function readAddress(stateDir: string): Promise<z.infer<typeof addressSchema> | undefined> {
  const text = await readFile(addressFile(stateDir), "utf8").catch(() => undefined);
  return text === undefined ? undefined : addressSchema.safeParse(JSON.parse(text)).data;
}

/**
 * A clone URL with the password in it, for whoever may read the lab's state folder.
 * @param cloneUrl as the status has it
 */
export async function withPassword(stateDir: string, cloneUrl: string): Promise<string> {
  const url = new URL(cloneUrl);
  url.username = "lab";
  url.password = (await readAddress(stateDir))?.password ?? "";
  return url.href;
}
