import { lastPart } from "../../../shared/lastPart";
import type { ContainerSpec } from "./runtime";

/** The file in the container that `nginx/task.sh` writes and the page includes. */
export const TASK_PAGE = "/dev/shm/task.html";

type Described = Pick<ContainerSpec, "facts" | "image" | "taskArn">;

/** What `nginx/task.sh` writes in a container of the task; empty if nothing is known about the task. */
export function taskPage(spec: Described): string {
  const { facts, image, taskArn } = spec;
  if (facts === undefined) return "";
  const rows = [
    ["Revision", facts.taskDefinition],
    ["Image", tagOf(image)],
    ["Task", lastPart(taskArn).slice(0, 8)],
    ["Zone", facts.zone],
  ].flatMap(([name, value]) =>
    value === undefined || value === "" ? [] : `<div><dt>${name}</dt><dd>${safe(value)}</dd></div>`,
  );
  return `<dl class="task">${rows.join("")}</dl>\n`;
}

/** The same in the format of ECS's metadata endpoint, for a container engine without that endpoint. */
export function taskMetadata({ facts, image, taskArn }: Described): string | undefined {
  if (facts === undefined) return undefined;
  const [family, revision] = facts.taskDefinition.split(":");
  const { zone } = facts;
  return JSON.stringify({
    Image: image,
    TaskARN: taskArn,
    Family: family,
    Revision: revision,
    ...(zone === undefined ? {} : { AvailabilityZone: zone }),
  });
}

/** `1.30.6-alpine`, or the first digits of a digest. */
function tagOf(image: string): string {
  const [name = "", digest] = image.split("@");
  if (digest !== undefined) return digest.slice(0, "sha256:".length + 12);
  return lastPart(name).split(":")[1] ?? "latest";
}

/** Keeps only characters that names, tags and IDs consist of. */
const safe = (text: string | undefined): string => (text ?? "").replace(/[^\w.:/@-]/g, "");
