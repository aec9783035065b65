import type { RuntimeName, TaskRuntime } from "../dataplane/tasks/runtime";
import type { PaceName, PaceTimes } from "./pace";

/** How the lab runs. Only `images` and `workDir` are required. */
export interface ControlPlaneOptions {
  /** Folder (Dockerfile, `html/`, `default.conf`) that an image is built from; undefined if there is none. */
  readonly images: (image: string) => string | undefined;
  /**
   * Checks that an image has not changed since it was pushed, before a container of it starts: rejects with a
   * `TaskStartError` if it has.
   * @default images are not checked
   */
  readonly checkImage?: (image: string) => Promise<void>;
  /** Folder for generated files; created if missing. */
  readonly workDir: string;
  /** How to run tasks, or what runs them. @default the most faithful way available on this machine */
  readonly runtime?: RuntimeName | TaskRuntime;
  /** Port of the first HTTP listener on 80; the next free one if it is taken. @default 8080 */
  readonly port?: number;
  /** How fast it runs, see pace.ts. @default "fast" */
  readonly pace?: PaceName;
  /** Times that apply at every pace. @default none */
  readonly times?: Partial<PaceTimes>;
  /** The current time, for schedules. @default the machine's clock */
  readonly clock?: () => Date;
}
