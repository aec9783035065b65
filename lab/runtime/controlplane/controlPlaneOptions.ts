import type { RuntimeName, TaskRuntime } from "../dataplane/tasks/runtime";

/** How the lab lives. Only `images` and `workDir` are needed. */
export interface ControlPlaneOptions {
  /** Folder (Dockerfile, `html/`, `default.conf`) that stands for an image; undefined: none. */
  readonly images: (image: string) => string | undefined;
  /** Folder for generated files; created when missing. */
  readonly workDir: string;
  /** How to run tasks, or what runs them. @default the most faithful way that this machine has */
  readonly runtime?: RuntimeName | TaskRuntime;
  /** Port of the first HTTP listener on 80; the next free one if it is taken. @default 8080 */
  readonly port?: number;
  /**
   * How many times faster than configured a new target is checked and a health check grace period
   * passes, so that nobody waits half a minute for a page. 1 is AWS's own pace. @default 10
   */
  readonly healthCheckSpeed?: number;
  /** Longest time a target drains, in seconds. @default 5 */
  readonly maximumDrainSeconds?: number;
  /** Longest time between a task's stop signal and its kill, in seconds. @default 10 */
  readonly maximumStopSeconds?: number;
  /** Wait after the first failed task in a row, in seconds; it doubles each time. @default 1 */
  readonly backoffSeconds?: number;
  /** Longest wait after failed tasks, in seconds. @default 60 */
  readonly maximumBackoffSeconds?: number;
  /** Without a target group a task is healthy when it has run this long, in seconds. @default 1 */
  readonly settleSeconds?: number;
  /** From an instance's launch to its registration, in seconds; on AWS a minute or two. @default 2 */
  readonly instanceWarmUpSeconds?: number;
  /**
   * How long a group must have more instances than its tasks need before managed scaling removes
   * any, in seconds; on AWS 15 minutes. @default 15
   */
  readonly scaleInSeconds?: number;
  /** How many times faster than configured bake times pass: 60 makes a minute a second. @default 60 */
  readonly deploymentSpeed?: number;
  /** Time between two data points of a service's autoscaling, in seconds; 60 on AWS. @default 5 */
  readonly scalingPeriodSeconds?: number;
  /** What time it is, for schedules. @default the machine's clock */
  readonly clock?: () => Date;
}

/** {@link ControlPlaneOptions} with their defaults. All times in milliseconds. */
export interface Pace {
  readonly healthCheckSpeed: number;
  readonly maximumDrainMs: number;
  readonly maximumStopMs: number;
  readonly backoffFirstMs: number;
  readonly backoffLimitMs: number;
  readonly settleMs: number;
  readonly warmUpMs: number;
  readonly scaleInAfterMs: number;
  readonly deploymentSpeed: number;
  readonly scalingPeriodMs: number;
}

/** How fast the lab lives. */
export function paceOf(options: ControlPlaneOptions): Pace {
  return {
    healthCheckSpeed: options.healthCheckSpeed ?? 10,
    maximumDrainMs: (options.maximumDrainSeconds ?? 5) * 1000,
    maximumStopMs: (options.maximumStopSeconds ?? 10) * 1000,
    backoffFirstMs: (options.backoffSeconds ?? 1) * 1000,
    backoffLimitMs: (options.maximumBackoffSeconds ?? 60) * 1000,
    settleMs: (options.settleSeconds ?? 1) * 1000,
    warmUpMs: (options.instanceWarmUpSeconds ?? 2) * 1000,
    scaleInAfterMs: (options.scaleInSeconds ?? 15) * 1000,
    deploymentSpeed: options.deploymentSpeed ?? 60,
    scalingPeriodMs: (options.scalingPeriodSeconds ?? 5) * 1000,
  };
}
