import { createHash } from "node:crypto";

import { particularity, patternsOverlap } from "../components/shared/pathPatterns";

/** Number of priorities that a stack has on a shared listener. */
const prioritiesPerSlot = 100;
/** The last priority of a listener. Source: Elastic Load Balancing API reference, "CreateRule". */
const lastPriority = 50_000;
/** Priorities at the end for chapters with one service: two each, as the one before is for test traffic. */
const reserved = { cicd: 15, managedInstances: 13, ec2: 10, fargate: 0 };
const reservedInAll = 20;

/** Which listener a stack's rules are on: "none" for its own, otherwise its slot on a class's. */
export interface PriorityOwner {
  sharedNetwork: string;
  listenerSlot: number;
}

interface Service {
  name: string;
  paths: readonly string[];
}

/** The priorities of a stack, `first` to `last`: all of its own listener's, or a slot of a class's. */
export function prioritiesOf({ sharedNetwork, listenerSlot }: PriorityOwner) {
  if (sharedNetwork === "none") return { first: 1, last: lastPriority };
  const last = listenerSlot * prioritiesPerSlot;
  return { first: last - prioritiesPerSlot + 1, last };
}

/**
 * Priority of a chapter's rule on the listener, after those of all microservices. More specific rules come first, and
 * the priority before each stays free for a rule for test traffic.
 */
export function chapterPriority(owner: PriorityOwner, chapter: keyof typeof reserved): number {
  return prioritiesOf(owner).last - reserved[chapter];
}

/**
 * Priority of a microservice's rule on the listener. It depends only on the service's name and paths, so that it stays
 * the same when other services are added or removed. AWS refuses a priority that another rule still has, and an update
 * cannot order the changes so that rules swap places.
 *
 * More specific paths come before more general ones; two services may get the same priority.
 */
export function microservicePriority(owner: PriorityOwner, { name, paths }: Service): number {
  const width = widthOf(owner);
  return prioritiesOf(owner).first + bandOf(owner, paths) * width + (hash(name) % width);
}

/** Whether there are paths with which two services would get the same priority. */
export function mayShareAPriority(owner: PriorityOwner, name: string, other: string): boolean {
  const width = widthOf(owner);
  return hash(name) % width === hash(other) % width;
}

/** How many priorities a band has. */
function widthOf(owner: PriorityOwner): number {
  const { first, last } = prioritiesOf(owner);
  return Math.floor((last - reservedInAll - first + 1) / bandsOf(owner));
}

/**
 * Reports two services that cannot share the listener: they get the same priority, or both match a path and neither
 * rule clearly comes first.
 */
export function priorityProblem(
  owner: PriorityOwner,
  services: readonly Service[],
): string | undefined {
  for (const [i, one] of services.entries()) {
    for (const other of services.slice(i + 1)) {
      const priority = microservicePriority(owner, one);
      if (priority === microservicePriority(owner, other)) {
        return (
          `"${one.name}" and "${other.name}" get the same priority on the listener ` +
          `(${priority}); give one of them another name`
        );
      }
      const [path, same] = sharedPath(one, other) ?? [];
      if (path !== undefined && bandOf(owner, one.paths) === bandOf(owner, other.paths)) {
        return (
          `"${one.name}" and "${other.name}" match the same requests (${path} and ${same}); ` +
          `use paths that do not overlap, or make one much more specific`
        );
      }
    }
  }
  return undefined;
}

/** Two paths that one request may both match. */
function sharedPath(one: Service, other: Service): [string, string | undefined] | undefined {
  return one.paths
    .map((path): [string, string | undefined] => [
      path,
      other.paths.find((another) => patternsOverlap(path, another)),
    ])
    .find(([, another]) => another !== undefined);
}

/** Index of the band, from 0 for the first. */
function bandOf(owner: PriorityOwner, paths: readonly string[]): number {
  const bands = bandsOf(owner);
  return bands - 1 - Math.min(bands - 1, level(paths));
}

/** Bands are only separate if there is room for each to be wide. */
const bandsOf = ({ sharedNetwork }: PriorityOwner) => (sharedNetwork === "none" ? 6 : 2);

/** 0 for paths that match everything, one more for each doubling of the number of fixed characters. */
function level(paths: readonly string[]): number {
  return Math.floor(Math.log2(Math.max(1, particularity(paths))));
}

function hash(name: string): number {
  return createHash("sha256").update(name).digest().readUInt32BE();
}
