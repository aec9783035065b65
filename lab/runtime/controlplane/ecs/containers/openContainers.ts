import { lastPart } from "../../../../shared/lastPart";
import type { NetworkSpec, TaskNetwork, TaskRuntime } from "../../../dataplane/tasks/runtime";
import { familyAndRevision, type ContainerDefinition, type TaskDefinition } from "../ecs";
import { Container } from "./container";
import { standInRuntime, standIns } from "./standIn";
import type { TaskMakeup } from "./taskMakeup";
import { TaskContainers } from "./taskContainers";

/** Callbacks from containers to their task. */
export interface TaskListener {
  readonly onOutput: (container: string, line: string) => void;
  readonly onChange: () => void;
  readonly onEssentialExit: (container: Container) => void;
}

type Surroundings = ReturnType<TaskMakeup["surroundings"]>;

/**
 * Creates a task's containers, and the network that they share under awsvpc, without starting them.
 * @param zone the task's zone, if known
 * @throws {TaskStartError} if a secret cannot be read or the network cannot be created
 */
export async function openContainers(
  taskArn: string,
  options: TaskMakeup,
  listener: TaskListener,
  zone?: string,
): Promise<TaskContainers> {
  const { definition, runtime } = options;
  const surroundings = options.surroundings();
  const { containerDefinitions: containers } = definition;
  const secrets = containers.map((container) => surroundings.secrets(container));
  const open = async (those: readonly ContainerDefinition[]) =>
    runtime.openNetwork?.(networkSpec(taskArn, those, options, surroundings));
  const shared = sharesNetwork(definition) ? await open(containers) : undefined;
  const networks = await Promise.all(
    containers.map(async (one) => (sharesNetwork(definition) ? shared : open([one]))),
  );
  const absent = standIns(definition, options.targets, runtime);
  const made = containers.map((container, index) => {
    const [network, own = {}] = [networks[index], secrets[index]];
    const runsBy = absent.includes(container) ? standInRuntime(container, containers) : runtime;
    const common = { taskArn, options, surroundings, zone };
    const opening = { ...common, container, network, secrets: own, runtime: runsBy };
    return openContainer(opening, listener);
  });
  const { onEssentialExit } = listener;
  return new TaskContainers({ containers: made, networks, onEssentialExit });
}

/** Under bridge, the default, each container has its own localhost. */
const sharesNetwork = ({ networkMode }: TaskDefinition): boolean =>
  networkMode === "awsvpc" || networkMode === "host";

/** @param containers those in the network */
function networkSpec(
  taskArn: string,
  containers: readonly ContainerDefinition[],
  { targets }: TaskMakeup,
  { serviceConnect }: Surroundings,
): NetworkSpec {
  const ports = containers.flatMap(({ name, portMappings }) => [
    ...targets.filter(({ containerName }) => containerName === name),
    ...(portMappings ?? []),
  ]);
  return {
    taskArn,
    containerCount: containers.length,
    containerPorts: [...new Set(ports.map(({ containerPort }) => containerPort))],
    ...(serviceConnect === undefined ? {} : { serviceConnect }),
  };
}

interface Opening {
  readonly taskArn: string;
  readonly zone: string | undefined;
  readonly runtime: TaskRuntime;
  readonly container: ContainerDefinition;
  readonly network: TaskNetwork | undefined;
  readonly secrets: Readonly<Record<string, string>>;
  readonly options: TaskMakeup;
  readonly surroundings: Surroundings;
}

function openContainer(
  { container, network, options, runtime, secrets, surroundings, taskArn, zone }: Opening,
  { onChange, onOutput }: TaskListener,
): Container {
  const { clusterName, definition, group, pace } = options;
  const target = options.targets.find(({ containerName }) => containerName === container.name);
  const port = target?.containerPort ?? container.portMappings?.[0]?.containerPort;
  const log = options.logStore?.open({
    cluster: clusterName,
    group,
    container: container.name,
    taskId: lastPart(taskArn),
    prefix: container.logConfiguration?.options?.["awslogs-stream-prefix"],
  });
  const { serviceConnect } = surroundings;
  const made = new Container({
    definition: container,
    runtime,
    pace,
    onChange,
    spec: {
      taskArn,
      ...(isAlone(definition) ? {} : { name: container.name }),
      ...(network === undefined ? {} : { network }),
      image: container.image,
      facts: {
        taskDefinition: familyAndRevision(definition.arn),
        ...(zone === undefined ? {} : { zone }),
      },
      containerPort: port ?? 80,
      isPortless: port === undefined,
      environment: Object.fromEntries(
        (container.environment ?? []).map(({ name, value }) => [name, value]),
      ),
      ...(container.command ? { command: container.command } : {}),
      ...(container.entryPoint ? { entryPoint: container.entryPoint } : {}),
      secrets,
      ...(serviceConnect === undefined ? {} : { serviceConnect }),
      onOutput: (line) => {
        log?.write(line);
        onOutput(container.name, line);
      },
    },
  });
  void made.ended.then(() => log?.close());
  return made;
}

/** A task's only container is named after just the task. */
const isAlone = ({ containerDefinitions }: TaskDefinition): boolean =>
  containerDefinitions.length === 1;
