import type { PolicyResource } from "@pulumi/policy";

import { type Fields, isFields, plain } from "./value";

/** Reads a resource's properties as plain data. */
export function fieldsOf(props: unknown): Fields {
  const fields = plain(props);
  return isFields(fields) ? fields : {};
}

const inputs = new Map<string, Fields>();

/**
 * A resource's properties for a stack check: its inputs if this operation handed them over (outputs may
 * be unknown at preview), else what the stack says.
 */
export function propsOf(resource: PolicyResource): Fields {
  return inputs.get(resource.urn) ?? fieldsOf(resource.props);
}

/** Keeps the inputs that this operation handed over for a resource, for {@link propsOf}. */
export function keepInputs(urn: string, props: Fields): void {
  inputs.set(urn, props);
}

/** Whether this operation handed over a resource's inputs. */
export const hasInputs = (urn: string): boolean => inputs.has(urn);

/** Forgets collected inputs, for the next operation. */
export function forgetInputs(): void {
  inputs.clear();
}
