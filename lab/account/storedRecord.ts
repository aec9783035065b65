import type { ResourceRecord } from "./record";
import type { SecretBox } from "./secretBox";

/** A resource that holds a secret, as it stands on the disk. Its id and its type are never secret. */
type SealedRecord = Omit<ResourceRecord, "inputs" | "outputs"> & { readonly sealed: string };

/** A resource as it stands on the disk. */
export type StoredRecord = ResourceRecord | SealedRecord;

/** Seals all properties of a resource with a secret: what AWS computes may repeat it. */
export function toStored(record: ResourceRecord, box: SecretBox): StoredRecord {
  if (record.hasSecrets !== true) return record;
  const { inputs, outputs, ...rest } = record;
  return { ...rest, sealed: box.seal({ inputs, outputs }, labelOf(record)) };
}

/** @throws Error when the key is another than the one the record was stored with. */
export function fromStored(stored: StoredRecord, box: SecretBox): ResourceRecord {
  if (!("sealed" in stored)) return stored;
  const { sealed, ...rest } = stored;
  const properties = box.unseal(sealed, labelOf(rest));
  return { ...rest, ...(properties as Pick<ResourceRecord, "inputs" | "outputs">) };
}

function labelOf({ id, type }: Pick<ResourceRecord, "id" | "type">): string {
  return `${type} ${id}`;
}
