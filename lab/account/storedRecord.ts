import type { ResourceRecord } from "./record";
import type { SecretBox } from "./secretBox";

/** A resource with a secret, as stored on disk. Its ID and type are never secret. */
type SealedRecord = Omit<ResourceRecord, "inputs" | "outputs"> & { readonly sealed: string };

/** A resource as stored on disk. */
export type StoredRecord = ResourceRecord | SealedRecord;

/** Seals all properties of a resource with a secret, since computed properties may contain it too. */
export function toStored(record: ResourceRecord, box: SecretBox): StoredRecord {
  if (record.hasSecrets !== true) return record;
  const { inputs, outputs, ...rest } = record;
  return { ...rest, sealed: box.seal({ inputs, outputs }, labelOf(record)) };
}

/** @throws Error if the key is not the one that the record was stored with. */
export function fromStored(stored: StoredRecord, box: SecretBox): ResourceRecord {
  if (!("sealed" in stored)) return stored;
  const { sealed, ...rest } = stored;
  const properties = box.unseal(sealed, labelOf(rest));
  return { ...rest, ...(properties as Pick<ResourceRecord, "inputs" | "outputs">) };
}

function labelOf({ id, type }: Pick<ResourceRecord, "id" | "type">): string {
  return `${type} ${id}`;
}
