import type { ResourceRecord } from "./record";
import type { AccountContext, AnyResourceType, Properties } from "./resourceType";
import { hasTags, inputKeys } from "./schema";

/** A resource as it is made: with what AWS computes, what its program says, and what follows from that. */
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

/** What a resource is to become. */
export interface RecordChange {
  readonly urn: string;
  readonly inputs: Properties;
  /** Whether an input came as a secret; what once had one stays sealed. @default false */
  readonly hasSecrets?: boolean;
  /** Outputs beside those that follow from the inputs. */
  readonly further?: Properties | undefined;
}

/** A resource as it is after a change. */
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

/** What an update leaves alone: what AWS computed, unless it came from an input that is now gone. */
function keptOutputs(type: AnyResourceType, before: ResourceRecord): Properties {
  const computed = new Set([...type.computed, ...(type.internal ?? [])]);
  return Object.fromEntries(Object.entries(before.outputs).filter(([key]) => computed.has(key)));
}

/** Properties every type of AWS resource has in the same way. */
function sharedOutputs(type: AnyResourceType, inputs: Properties, region: string): Properties {
  return {
    ...(inputKeys(type).has("region") && { region }),
    ...(hasTags(type) && { tagsAll: inputs.tags ?? {} }),
  };
}
