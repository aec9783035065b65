/** Ways a task's container can become a process of this machine, the most faithful first. */
export const RUNTIME_NAMES = ["docker", "nginx", "static"] as const;

/** @see RUNTIME_NAMES */
export type RuntimeName = (typeof RUNTIME_NAMES)[number];

/**
 * What a container runs as. Without Docker an image that is a Node program is run by Node, and nothing
 * runs for one that a task can do without.
 */
export type TaskKind = RuntimeName | "node" | "stand-in";

/** What a page may say of the task that it comes from. */
export interface TaskFacts {
  /** `family:revision`. */
  readonly taskDefinition: string;
  /** Availability zone; absent where none is known. */
  readonly zone?: string;
}

/** What a runtime needs to know to start one container of a task. */
export interface ContainerSpec {
  /** `arn:aws:ecs:REGION:ACCOUNT:task/CLUSTER/ID`. */
  readonly taskArn: string;
  /** As the task definition names it. @default the task's only one */
  readonly name?: string;
  /** What it shares with other containers. @default a network of its own */
  readonly network?: TaskNetwork;
  /** Image reference as the task definition has it, e.g. `public.ecr.aws/…/nginx:1.30.6-alpine`. */
  readonly image: string;
  /** What its page may say of it, and which revision's image it gets. @default nothing, and the image as it is now */
  readonly facts?: TaskFacts;
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
  /** Replaces the image's entry point, and its command too unless there is one here. As `command`. */
  readonly entryPoint?: readonly string[];
  /** Called once its process has begun, before it listens. */
  readonly onStarted?: () => void;
  /** Receives every line the container writes, stdout and stderr mixed. */
  readonly onOutput?: (line: string) => void;
}

/**
 * What the containers of a task share under awsvpc: one localhost, on which a port is taken once, and
 * which is not the localhost of any other task.
 */
export interface TaskNetwork {
  /** `127.0.0.1:PORT` where a port of the task is reached from this machine; undefined: nothing listens. */
  address(containerPort: number): string | undefined;
  /** Ends it. Its containers have ended before. */
  close(): Promise<void>;
}

/** What a network is made for. */
export interface NetworkSpec {
  readonly taskArn: string;
  /** How many containers share it, 1 or more. */
  readonly containerCount: number;
  /** Ports that are reached from outside of the task. */
  readonly containerPorts: readonly number[];
  readonly serviceConnect?: TaskConnection;
}

/** What a container uses of its machine. */
export interface ContainerUsage {
  /** CPU units since the last look (at the first one: since it started); 1024 are one vCPU. */
  readonly cpu: number;
  /** MiB. */
  readonly memory: number;
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

/** How a container ended. `signal` is set instead of `code` when a signal ended it. */
export interface ContainerExit {
  readonly code?: number;
  readonly signal?: string;
}

/** A started container. It accepts connections on `address` from the moment it is handed out. */
export interface RunningContainer {
  readonly runtime: TaskKind;
  /** `127.0.0.1:PORT`: where the container's port is reached from this machine; empty without one. */
  readonly address: string;
  /** Process id on this machine; absent under Docker. */
  readonly pid?: number;
  /** Resolves when it has ended, for whatever reason. Never rejects. */
  readonly exited: Promise<ContainerExit>;
  /**
   * Runs a command beside it, in its folder, environment and network. Resolves to the exit code, 137 when
   * the time was over. @default it cannot run any
   */
  exec?(command: readonly string[], timeoutMs: number): Promise<number>;
  /** What it uses; undefined when that cannot be measured here. @default nothing is known */
  usage?(): Promise<ContainerUsage | undefined>;
  /**
   * Asks it to end by `SIGTERM` (or the image's own stop signal), and kills it when it still
   * runs after `timeoutMs`. Resolves once it has ended; asking twice is harmless.
   */
  stop(timeoutMs: number): Promise<void>;
}

/** Starts containers in one of the ways of {@link RUNTIME_NAMES}. */
export interface TaskRuntime {
  readonly name: RuntimeName;
  /** Ends what an earlier lab that was killed may have left behind. */
  prepare(): Promise<void>;
  /** Whether there is anything that it could run for an image. @default whatever the image */
  canRun?(image: string): boolean;
  /**
   * Makes what the containers of a task share; undefined where they need nothing for it.
   * @default they share nothing
   * @throws {TaskStartError} with the reason that ECS would give
   */
  openNetwork?(spec: NetworkSpec): Promise<TaskNetwork | undefined>;
  /**
   * Resolves when the container accepts connections.
   * @throws {TaskStartError} with the reason that ECS would give
   */
  startContainer(spec: ContainerSpec): Promise<RunningContainer>;
}

/** Why a task, or a container of it, did not start; `message` begins with ECS's error name. */
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
