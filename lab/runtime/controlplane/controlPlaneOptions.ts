import type { RuntimeName, TaskRuntime } from "../dataplane/tasks/runtime";
import type { PaceName, PaceTimes } from "./pace";

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
  /** How fast it lives, see pace.ts. @default "fast" */
  readonly pace?: PaceName;
  /** Times that hold at every pace. @default none */
  readonly times?: Partial<PaceTimes>;
  /** What time it is, for schedules. @default the machine's clock */
  readonly clock?: () => Date;
}
