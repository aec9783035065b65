import type { ResourceRecord } from "./record";
import type { AccountContext, AnyResourceType, Properties } from "./resourceType";
import { hasTags, inputKeys } from "./schema";

/** A new resource: what AWS computes, its program's inputs, and what follows from them. */
export function createdRecord(
  type: AnyResourceType,
  context: AccountContext,
  {
    urn,
    inputs,
    hasSecrets,
  }: { readonly urn: string; readonly inputs: Properties; readonly hasSecrets?: boolean },
  serial: number,
): ResourceRecord {
  const { id, outputs } = type.create(context, inputs);
  return {
    type: type.token,
    id,
    urn,
    inputs,
    outputs: {
      ...outputs,
      ...inputs,
      ...type.complete?.(inputs, context),
      ...sharedOutputs(type, inputs, context.region),
    },
    ...((hasSecrets === true || type.secrets !== undefined) && { hasSecrets: true }),
    serial,
  };
}

/** A change of a resource. */
export interface RecordChange {
  readonly urn: string;
  readonly inputs: Properties;
  /** Whether an input was a secret; a resource that once had one stays sealed. @default false */
  readonly hasSecrets?: boolean;
  /** Outputs in addition to those that follow from the inputs. */
  readonly further?: Properties | undefined;
}

/** A resource after a change. */
export function changedRecord(
  type: AnyResourceType,
  context: AccountContext,
  before: ResourceRecord,
  { urn, inputs, hasSecrets = false, further }: RecordChange,
): ResourceRecord {
  return {
    ...before,
    urn,
    inputs,
    outputs: {
      ...keptOutputs(type, before),
      ...type.update?.(context, inputs, before),
      ...inputs,
      ...type.complete?.(inputs, context, before),
      ...sharedOutputs(type, inputs, context.region),
      ...further,
    },
    ...(hasSecrets && { hasSecrets }),
  };
}

/** Outputs that an update keeps: those that AWS computed, unless they came from an input that is now gone. */
function keptOutputs(type: AnyResourceType, before: ResourceRecord): Properties {
  const computed = new Set([...type.computed, ...(type.internal ?? [])]);
  return Object.fromEntries(Object.entries(before.outputs).filter(([key]) => computed.has(key)));
}

/** Properties that all types of AWS resources have in common. */
function sharedOutputs(type: AnyResourceType, inputs: Properties, region: string): Properties {
  return {
    ...(inputKeys(type).has("region") && { region }),
    ...(hasTags(type) && { tagsAll: inputs.tags ?? {} }),
  };
}
