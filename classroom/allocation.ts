/**
 * Maximum number of stacks in a class: 10.1.0.0/16 to 10.255.0.0/16. 10.0.0.0/16 is the block of the shared network, and
 * of any stack outside the class.
 */
export const mostSlots = 255;

/**
 * Assigns each stack a unique place in the class, from 1 to 255, which determines its addresses and, on a shared listener,
 * its priorities. Stacks keep their place; new ones get the lowest free place, in the order of the roster.
 *
 * @param stacks names of the stacks that need a place.
 * @param recorded places assigned earlier, by stack, including stacks that are not requested now.
 * @throws RangeError if there are more than 255.
 */
export function allocateSlots(
  stacks: readonly string[],
  recorded: Readonly<Record<string, number>>,
): Record<string, number> {
  const slots: Record<string, number> = { ...recorded };
  const taken = new Set(Object.values(recorded));
  let next = 1;
  for (const stack of stacks) {
    if (Object.hasOwn(slots, stack)) continue;
    while (taken.has(next)) next += 1;
    if (next > mostSlots) throw new RangeError(`a class has room for ${mostSlots} stacks`);
    taken.add(next);
    slots[stack] = next;
  }
  return slots;
}

/** Addresses of the network of the stack in this place; they do not overlap with any other stack's. */
export function cidrOf(slot: number): string {
  return `10.${slot}.0.0/16`;
}
