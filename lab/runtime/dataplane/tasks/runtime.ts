/** Ways a task's container can become a process of this machine, the most faithful first. */
export const RUNTIME_NAMES = ["docker", "nginx", "static"] as const;

/** @see RUNTIME_NAMES */
export type RuntimeName = (typeof RUNTIME_NAMES)[number];

/** What a task runs as. Without Docker an image that is a Node program is run by Node. */
export type TaskKind = RuntimeName | "node";

/** What a runtime needs to know to start one task. */
export interface TaskSpec {
  /** `arn:aws:ecs:REGION:ACCOUNT:task/CLUSTER/ID`. */
  readonly taskArn: string;
  /** Image reference as the task definition has it, e.g. `public.ecr.aws/…/nginx:1.30.6-alpine`. */
  readonly image: string;
  /** Port the container listens on, 1 to 65535. */
  readonly containerPort: number;
  /**
   * Whether it has no port, as a worker or a job: then it has started when its process has, and a job
   * ends by itself. Sites listen nevertheless.
   * @default false
   */
  readonly isPortless?: boolean;
  /** Environment of the container, without its secrets. */
  readonly environment: Readonly<Record<string, string>>;
  /** Further variables, whose values must show nowhere. @default {} */
  readonly secrets?: Readonly<Record<string, string>>;
  /** How it finds other services by name. @default not at all */
  readonly serviceConnect?: TaskConnection;
  /** Replaces the image's command. Only Docker and Node can obey it. */
  readonly command?: readonly string[];
  /** Receives every line the container writes, stdout and stderr mixed. */
  readonly onOutput?: (line: string) => void;
}

/** A task's part of a Service Connect namespace. */
export interface TaskConnection {
  /** ARN of the namespace. */
  readonly namespace: string;
  /** Names by which others reach the task's own service. */
  readonly names: readonly string[];
  /** What the task can reach. */
  readonly endpoints: readonly ConnectEndpoint[];
}

/** A name and port of a namespace, and the port of 127.0.0.1 that stands for it on this machine. */
export interface ConnectEndpoint {
  readonly dnsName: string;
  readonly port: number;
  readonly proxyPort: number;
}

/** How a task ended. `signal` is set instead of `code` when a signal ended it. */
export interface TaskExit {
  readonly code?: number;
  readonly signal?: string;
}

/** A started task. It accepts connections on `address` from the moment it is handed out. */
export interface RunningTask {
  readonly runtime: TaskKind;
  /** `127.0.0.1:PORT`: where the container's port is reached from this machine; empty without one. */
  readonly address: string;
  /** Process id on this machine; absent where the task is a container. */
  readonly pid?: number;
  /** Resolves when the task has ended, for whatever reason. Never rejects. */
  readonly exited: Promise<TaskExit>;
  /**
   * Asks the task to end by `SIGTERM` (or the image's own stop signal), and kills it when it still
   * runs after `timeoutMs`. Resolves once it has ended; asking twice is harmless.
   */
  stop(timeoutMs: number): Promise<void>;
}

/** Starts tasks in one of the ways of {@link RUNTIME_NAMES}. */
export interface TaskRuntime {
  readonly name: RuntimeName;
  /** Ends what an earlier lab that was killed may have left behind. */
  prepare(): Promise<void>;
  /**
   * Resolves when the task accepts connections.
   * @throws {TaskStartError} with the reason that ECS would give
   */
  startTask(spec: TaskSpec): Promise<RunningTask>;
}

/** Why a task did not start; `message` begins with ECS's error name. */
export class TaskStartError extends Error {
  override readonly name = "TaskStartError";
}

/** Where runtimes find images and put their files. */
export interface RuntimeOptions {
  /**
   * Folder an image stands for, with a Dockerfile, and without Docker either a Node program or
   * `html/` and `default.conf`; undefined: none.
   */
  readonly images: (image: string) => string | undefined;
  /** Existing or creatable folder for generated files. */
  readonly workDir: string;
  /** How long a task may take until it accepts connections, in ms. @default 15000 */
  readonly startTimeoutMs?: number;
}
