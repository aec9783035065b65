import colors from "picocolors";

import type { Host, ServedPlane } from "../../host/host";
import { NOT_SERVED } from "../../host/notServed";
import { lastPart } from "../../shared/lastPart";

/** A task that can be stopped. */
interface Stoppable {
  readonly arn: string;
  readonly id: string;
  readonly cluster: string;
  /** Absent for a task without a service. */
  readonly service?: string;
}

/**
 * Stops a task of the lab that is being served; resolves when it has stopped. Its service then starts another.
 *
 * @param given the task's id or its first characters, its ARN, or a service, for its oldest task.
 * @throws Error if nothing is served, or if no task or several tasks match.
 */
export async function stopTask(host: Host, given: string): Promise<void> {
  const { arn, cluster, id, service } = taskMeant(await servedPlane(host), given);
  process.stderr.write(
    `${colors.dim(`On AWS: aws ecs stop-task --cluster ${cluster} --task ${id}`)}\n`,
  );
  await host.stopTask({ task: arn, reason: "Task stopped by user" });
  const next =
    service === undefined ? "" : ` of ${service}, which starts another to keep its desired count`;
  process.stdout.write(`Stopped task ${id}${next}\n`);
}

/** @throws Error if nothing is served. */
export async function servedPlane(host: Host): Promise<ServedPlane> {
  const { plane } = await host.status();
  if (plane === undefined) throw new Error(NOT_SERVED);
  return plane;
}

/** @see stopTask */
export function taskMeant(plane: ServedPlane, given: string): Stoppable {
  const tasks = stoppable(plane);
  const oldest = tasks.find(({ service }) => service === given);
  if (oldest !== undefined) return oldest;
  const meant = given === "" ? [] : tasks.filter((task) => isMeant(task, given));
  const [first, ...others] = meant;
  if (first === undefined) {
    const services = plane.services.map(({ name }) => name).join(", ");
    const problem =
      given === ""
        ? "name a task or a service"
        : `no running task has an ID that begins with ${given}, and no service has that name`;
    throw new Error(
      `${problem}; ` + (services === "" ? "there is no service" : `the services are ${services}`),
    );
  }
  if (others.length > 0) {
    throw new Error(`several tasks match: ${meant.map(({ id }) => id).join(", ")}`);
  }
  return first;
}

const isMeant = ({ arn, id }: Stoppable, given: string) => arn === given || id.startsWith(given);

/** Oldest first, as the status has them. */
function stoppable({ services, tasks }: ServedPlane): Stoppable[] {
  const ofServices = services.flatMap(({ cluster, name: service, tasks: own }) =>
    own.filter(runs).map(({ arn }) => ({ arn, id: lastPart(arn), cluster, service })),
  );
  const others = tasks
    .filter(runs)
    .map(({ arn, cluster }) => ({ arn, id: lastPart(arn), cluster }));
  return [...ofServices, ...others];
}

const runs = ({ desiredStatus, lastStatus }: ServedPlane["tasks"][number] | ServiceTask) =>
  desiredStatus === "RUNNING" && lastStatus !== "STOPPED";

type ServiceTask = ServedPlane["services"][number]["tasks"][number];
