import type { PolicyResource } from "@pulumi/policy";

import { type Fields, isFields, plain } from "./value";

/** Reads a resource's properties as plain data. */
export function fieldsOf(props: unknown): Fields {
  const fields = plain(props);
  return isFields(fields) ? fields : {};
}

const inputs = new Map<string, Fields>();

/**
 * A resource's properties for a stack check: its inputs if the engine passed them in this operation, since outputs may
 * be unknown at preview; otherwise its properties in the stack.
 */
export function propsOf(resource: PolicyResource): Fields {
  return inputs.get(resource.urn) ?? fieldsOf(resource.props);
}

/** Keeps the inputs that the engine passed for a resource, for {@link propsOf}. */
export function keepInputs(urn: string, props: Fields): void {
  inputs.set(urn, props);
}

/** Whether the engine passed a resource's inputs in this operation. */
export const hasInputs = (urn: string): boolean => inputs.has(urn);

/** Forgets the collected inputs before the next operation. */
export function forgetInputs(): void {
  inputs.clear();
}
