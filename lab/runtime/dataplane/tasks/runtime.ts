/** Ways to run a task's containers on this machine, the most faithful first. */
export const RUNTIME_NAMES = ["docker", "nginx", "static"] as const;

/** @see RUNTIME_NAMES */
export type RuntimeName = (typeof RUNTIME_NAMES)[number];

/**
 * How a container runs. Without Docker, a Node program is run by Node, and a container that its task can do without is
 * replaced by a stand-in.
 */
export type TaskKind = RuntimeName | "node" | "stand-in";

/** What a page may show about its task. */
export interface TaskFacts {
  /** `family:revision`. */
  readonly taskDefinition: string;
  /** Availability Zone; absent if not known. */
  readonly zone?: string;
}

/** What a runtime needs to know to start one container of a task. */
export interface ContainerSpec {
  /** `arn:aws:ecs:REGION:ACCOUNT:task/CLUSTER/ID`. */
  readonly taskArn: string;
  /** Its name in the task definition. @default the task's only container */
  readonly name?: string;
  /** The network that it shares with other containers. @default its own */
  readonly network?: TaskNetwork;
  /** Image reference from the task definition, e.g. `public.ecr.aws/…/nginx:1.30.6-alpine`. */
  readonly image: string;
  /**
   * What its page may show about it, and which revision's image it uses. @default nothing, and the image's present
   * state
   */
  readonly facts?: TaskFacts;
  /** Port the container listens on, 1 to 65535. */
  readonly containerPort: number;
  /**
   * Whether it has no port, like a worker or a job: it then counts as started as soon as its process has, and a job
   * ends by itself. Sites listen anyway.
   * @default false
   */
  readonly isPortless?: boolean;
  /** Environment of the container, without its secrets. */
  readonly environment: Readonly<Record<string, string>>;
  /** Further variables, whose values must not be shown anywhere. @default {} */
  readonly secrets?: Readonly<Record<string, string>>;
  /** How it finds other services by name. @default it cannot */
  readonly serviceConnect?: TaskConnection;
  /** Replaces the image's command. Only supported by Docker and Node. */
  readonly command?: readonly string[];
  /**
   * Replaces the image's entry point, and also its command unless `command` is set. Only supported by Docker and Node.
   */
  readonly entryPoint?: readonly string[];
  /** Called once its process has started, before it listens. */
  readonly onStarted?: () => void;
  /** Receives every line that the container writes, stdout and stderr mixed. */
  readonly onOutput?: (line: string) => void;
}

/**
 * The network that a task's containers share under awsvpc: one localhost, separate from every other task's, on which
 * each port can be used only once.
 */
export interface TaskNetwork {
  /** `127.0.0.1:PORT` of a port of the task on this machine; undefined if nothing listens. */
  address(containerPort: number): string | undefined;
  /** Closes it, after its containers have ended. */
  close(): Promise<void>;
}

/** Options of a network. */
export interface NetworkSpec {
  readonly taskArn: string;
  /** How many containers share it, 1 or more. */
  readonly containerCount: number;
  /** Ports that are reachable from outside the task. */
  readonly containerPorts: readonly number[];
  readonly serviceConnect?: TaskConnection;
}

/** Resource usage of a container. */
export interface ContainerUsage {
  /** CPU units since the last measurement (at first, since it started); 1024 are one vCPU. */
  readonly cpu: number;
  /** MiB. */
  readonly memory: number;
}

/** A task's connection to a Service Connect namespace. */
export interface TaskConnection {
  /** ARN of the namespace. */
  readonly namespace: string;
  /** Names by which others reach the task's own service. */
  readonly names: readonly string[];
  /** The endpoints that the task can reach. */
  readonly endpoints: readonly ConnectEndpoint[];
}

/** A name and port in a namespace, and the port of 127.0.0.1 that it is mapped to. */
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

/** A started container. It already accepts connections on `address`. */
export interface RunningContainer {
  readonly runtime: TaskKind;
  /** `127.0.0.1:PORT` of the container's port on this machine; empty without a port. */
  readonly address: string;
  /** Process id on this machine; absent under Docker. */
  readonly pid?: number;
  /** Resolves when it has ended for any reason. Never rejects. */
  readonly exited: Promise<ContainerExit>;
  /**
   * Runs a command alongside it, in its folder, environment and network. Resolves to the exit code, 137 after the
   * timeout. @default not supported
   */
  exec?(command: readonly string[], timeoutMs: number): Promise<number>;
  /** Its resource usage; undefined if that cannot be measured here. @default not known */
  usage?(): Promise<ContainerUsage | undefined>;
  /**
   * Stops it with `SIGTERM` (or the image's own stop signal), and kills it if it is still running after `timeoutMs`.
   * Resolves once it has ended; calling it twice is harmless.
   */
  stop(timeoutMs: number): Promise<void>;
}

/** Starts containers in one of the ways of {@link RUNTIME_NAMES}. */
export interface TaskRuntime {
  readonly name: RuntimeName;
  /** Cleans up what an earlier lab that was killed may have left behind. */
  prepare(): Promise<void>;
  /** Whether it can run an image. @default it can run any */
  canRun?(image: string): boolean;
  /**
   * Creates the network that a task's containers share; undefined if they need none.
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

/** Why a task or one of its containers did not start; `message` begins with ECS's error name. */
export class TaskStartError extends Error {
  override readonly name = "TaskStartError";
}

/** Where runtimes find images and write their files. */
export interface RuntimeOptions {
  /**
   * Folder that an image is built from, with a Dockerfile and, to run without Docker, either a Node program or `html/`
   * and `default.conf`; undefined if there is none.
   */
  readonly images: (image: string) => string | undefined;
  /**
   * Checks that an image has not changed since it was pushed, before a container of it starts: rejects with a
   * `TaskStartError` if it has.
   * @default images are not checked
   */
  readonly checkImage?: (image: string) => Promise<void>;
  /** Folder for generated files; created if missing. */
  readonly workDir: string;
  /** How long a task may take to accept connections, in ms. @default 15000 */
  readonly startTimeoutMs?: number;
}
