import { createHash } from "node:crypto";

import { particularity, patternsOverlap } from "../components/shared/pathPatterns";

/** Priorities that a stack has on a listener that others use too: a hundred. */
const prioritiesPerSlot = 100;
/** The last priority of a listener. Source: Elastic Load Balancing API reference, "CreateRule". */
const lastPriority = 50_000;
/** Priorities at the end that belong to chapters with one service, each and the one before it. */
const reserved = { cicd: 15, managedInstances: 13, ec2: 10, fargate: 0 };
const reservedInAll = 20;

/** Whose listener a stack's rules stand on: "none" for its own, and else its slot on a class's. */
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
 * Priority of a chapter's rule on the listener, after those of all microservices. The more particular
 * comes first, and the one before it stays free for a rule for test traffic.
 */
export function chapterPriority(owner: PriorityOwner, chapter: keyof typeof reserved): number {
  return prioritiesOf(owner).last - reserved[chapter];
}

/**
 * Priority of a microservice's rule on the listener: by its own name and paths alone, so that it stays
 * where it is whatever other services come and go. AWS refuses a priority that another rule still has, and
 * an update has no order in which rules could step aside for each other.
 *
 * More particular paths come before more general ones; two services may come out on the same priority.
 */
export function microservicePriority(owner: PriorityOwner, { name, paths }: Service): number {
  const width = widthOf(owner);
  return prioritiesOf(owner).first + bandOf(owner, paths) * width + (hash(name) % width);
}

/** Whether there are paths with which two services would come out on the same priority. */
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
 * Says which two services cannot stand beside each other on the listener: they come out on the same priority,
 * or a path is both's and nothing says whose rule comes first.
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
          `"${one.name}" and "${other.name}" come out on the same priority of the listener ` +
          `(${priority}); give one of them another name`
        );
      }
      const [path, same] = sharedPath(one, other) ?? [];
      if (path !== undefined && bandOf(owner, one.paths) === bandOf(owner, other.paths)) {
        return (
          `"${one.name}" and "${other.name}" want the same requests (${path} and ${same}); ` +
          `let no path fit both, or make one much more particular`
        );
      }
    }
  }
  return undefined;
}

/** Two paths of which one request may fit both. */
function sharedPath(one: Service, other: Service): [string, string | undefined] | undefined {
  return one.paths
    .map((path): [string, string | undefined] => [
      path,
      other.paths.find((another) => patternsOverlap(path, another)),
    ])
    .find(([, another]) => another !== undefined);
}

/** From 0, the band that comes first. */
function bandOf(owner: PriorityOwner, paths: readonly string[]): number {
  const bands = bandsOf(owner);
  return bands - 1 - Math.min(bands - 1, level(paths));
}

/** Bands are told apart where there is room for each to be wide. */
const bandsOf = ({ sharedNetwork }: PriorityOwner) => (sharedNetwork === "none" ? 6 : 2);

/** 0 for paths that take all, one more for each time that twice as many characters are fixed. */
function level(paths: readonly string[]): number {
  return Math.floor(Math.log2(Math.max(1, particularity(paths))));
}

function hash(name: string): number {
  return createHash("sha256").update(name).digest().readUInt32BE();
}
