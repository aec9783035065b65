import type { ControlPlane } from "../../../lab/runtime/controlplane/controlPlane";
import type { TaskStatus } from "../../../lab/runtime/controlplane/ecs/status";
import { type PaceName, PACES, type PaceTimes } from "../../../lab/runtime/controlplane/pace";
import { type siteFolders, startLoad } from "../../lab/runtime/controlplane/load";
import { MemoryAccount } from "../../lab/runtime/controlplane/memoryAccount";
import { service, siteUrl, startPlane, steady } from "../../lab/runtime/controlplane/plane";

/** A task's state as the picture shows it, in the order of a task's life. */
export type TaskState = "starting" | "healthy" | "draining" | "stopped";

/** The course of a deployment with two tasks of each revision. All times are in milliseconds from its beginning. */
export interface Run {
  readonly strategy: StrategyName;
  /** Tasks in the order in which they appeared. */
  readonly tasks: readonly {
    readonly revision: "old" | "new";
    readonly states: readonly { readonly at: number; readonly state: TaskState }[];
  }[];
  /** Lifecycle stages as they began, with an entry for each change of the weights; empty for a rolling update. */
  readonly stages: readonly {
    readonly at: number;
    readonly name: string;
    /** Percentage of the production traffic that new tasks get from here on. */
    readonly percent: number;
  }[];
  /** Requests that each revision answered, in spans of {@link SPAN_MS}. */
  readonly answers: readonly { readonly old: number; readonly new: number }[];
  readonly failed: number;
  readonly endedAt: number;
}

/** Length of a span in which requests are counted, in ms. */
export const SPAN_MS = 500;

/** The strategies that have a picture, with a service's `deploymentConfiguration` for each. */
export const strategies = {
  rolling: { strategy: "ROLLING" },
  "blue-green": { strategy: "BLUE_GREEN", bakeTimeInMinutes: "1" },
  canary: {
    strategy: "CANARY",
    bakeTimeInMinutes: "1",
    canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: "1" },
  },
} as const;

export type StrategyName = keyof typeof strategies;

/**
 * Deploys a new page over an old one in the lab's control plane, under the load of four clients.
 *
 * @param sites folders of the images `old` and `new`, whose pages are `old` and `new`
 * @param times override the pace's
 * @throws Error if the service does not become steady
 */
export async function recordRun(
  strategy: StrategyName,
  sites: ReturnType<typeof siteFolders>,
  pace: PaceName,
  times: Partial<PaceTimes> = PACES[pace],
): Promise<Run> {
  const account = new MemoryAccount();
  account.blueGreenSite(strategies[strategy], { desiredCount: 2 }, { image: "old" });
  const plane = await startPlane(account, { images: sites.images, pace, times });
  await steady(plane);
  const load = startLoad(siteUrl(plane));
  const record = new Recorder(plane);
  const spans = new Spans(load.answers, Date.now());
  account.service("site", { taskDefinition: account.taskDefinition("handson", { image: "new" }) });
  await steady(plane);
  const endedAt = record.end();
  const answers = spans.end();
  const all = await load.stop();
  return {
    strategy,
    ...record.seen(),
    answers,
    failed: all.filter(({ status }) => status !== 200).length,
    endedAt,
  };
}

/** Records changes of tasks and stages, at each event of the control plane and often in between. */
class Recorder {
  private readonly beganAt = Date.now();
  private readonly tasks = new Map<string, { at: number; state: TaskState }[]>();
  private readonly revisions = new Map<string, number>();
  private readonly stages: { at: number; name: string; percent: number }[] = [];
  private readonly stop: () => void;

  constructor(private readonly plane: ControlPlane) {
    const timer = setInterval(this.look, 20);
    const unwatch = plane.onEvent(this.look);
    this.stop = () => {
      clearInterval(timer);
      unwatch();
    };
    this.look();
  }

  /** @returns how long it took, in ms */
  end(): number {
    this.look();
    this.stop();
    return Date.now() - this.beganAt;
  }

  seen() {
    const oldest = Math.min(...this.revisions.values());
    const tasks = [...this.tasks].map(([arn, states]) => ({
      revision: this.revisions.get(arn) === oldest ? ("old" as const) : ("new" as const),
      states,
    }));
    return { tasks, stages: this.stages };
  }

  private readonly look = () => {
    const at = Date.now() - this.beganAt;
    const { deployments, tasks } = service(this.plane);
    for (const task of tasks) {
      const states = this.tasks.get(task.arn) ?? [];
      const state = stateOf(task);
      if (states.at(-1)?.state !== state) states.push({ at, state });
      this.tasks.set(task.arn, states);
      this.revisions.set(task.arn, task.revision);
    }
    const [now] = deployments;
    const name = now?.lifecycleStage;
    if (name === undefined) return;
    const percent = now?.trafficWeights?.at(-1)?.weight ?? 0;
    const last = this.stages.at(-1);
    if (last?.name !== name || last.percent !== percent) this.stages.push({ at, name, percent });
  };
}

function stateOf({ desiredStatus, health, lastStatus }: TaskStatus): TaskState {
  if (lastStatus === "STOPPED") return "stopped";
  if (desiredStatus === "STOPPED") return "draining";
  return lastStatus === "RUNNING" && health === "HEALTHY" ? "healthy" : "starting";
}

/** Counts answers in each span by the page that they contain. */
class Spans {
  private readonly counts: { old: number; new: number }[] = [];
  private counted: number;
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly answers: readonly { body: string }[],
    private readonly beganAt: number,
  ) {
    this.counted = answers.length;
    this.timer = setInterval(this.count, 50);
  }

  end() {
    this.count();
    clearInterval(this.timer);
    return this.counts;
  }

  private readonly count = () => {
    const span = Math.floor((Date.now() - this.beganAt) / SPAN_MS);
    while (this.counts.length <= span) this.counts.push({ old: 0, new: 0 });
    const here = this.counts[span];
    for (const { body } of this.answers.slice(this.counted)) {
      if (here && (body === "old" || body === "new")) here[body] += 1;
    }
    this.counted = this.answers.length;
  };
}
