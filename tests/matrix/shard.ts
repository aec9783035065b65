import { parseShard } from "../../policies/commands/shard";
import type { Row } from "./rows";

/** How long an operation on a stack takes, relative to others: in proportion to its resources. */
const cost = {
  fargate: 1,
  ec2: 1,
  express: 1,
  managedInstances: 1,
  cicd: 1.5,
  microservices: 2,
  shared: 3,
  all: 4,
} as const;

/**
 * The rows of one shard, of about the same length as the others; rows of the same stack are kept together as far
 * as possible, as a shard deploys each stack that it needs.
 *
 * @param shard `<number>/<shards>`, from 1; all rows unless given.
 * @throws Error if it is something else.
 */
export function ofShard(rows: readonly Row[], shard = "1/1"): Row[] {
  const { number, shards } = parseShard(shard);
  const inOrder = rows.toSorted((a, b) => cost[a.chapters] - cost[b.chapters]);
  const all = lengthOf(inOrder);
  let before = 0;
  return inOrder.filter((row) => {
    const place = Math.floor(((before + lengthOf([row]) / 2) / all) * shards);
    before += lengthOf([row]);
    return place === number - 1;
  });
}

/** How long rows take, relative to others. */
export const lengthOf = (list: readonly Row[]): number =>
  list.reduce((total, { chapters, steps }) => total + cost[chapters] * (steps.length + 1), 0);
