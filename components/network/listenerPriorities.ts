import type * as pulumi from "@pulumi/pulumi";

/** Owners of priorities by listener, which is identified by the Output with its ARN. */
const taken = new WeakMap<object, Map<number, string>>();

/**
 * Reserves a priority on a listener for a rule, or reports the rule that already has it: AWS would refuse the second rule
 * only in the middle of an update.
 *
 * @param listenerArn the listener; not tracked if given as plain text.
 * @param priority place of the rule, 1 to 50000.
 * @param owner name of the service whose rule it is.
 *
 * Source: Elastic Load Balancing API reference, "CreateRule", error PriorityInUse.
 */
export function takePriority(
  listenerArn: pulumi.Input<string>,
  priority: number,
  owner: string,
): string | undefined {
  if (typeof listenerArn === "string") return undefined;
  const owners = taken.get(listenerArn) ?? new Map<number, string>();
  taken.set(listenerArn, owners);
  const other = owners.get(priority);
  if (other === undefined) owners.set(priority, owner);
  return other === undefined
    ? undefined
    : `priority ${priority} belongs to ${other} on this listener; give each rule its own priority`;
}
