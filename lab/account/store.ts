import { createHash, randomBytes } from "node:crypto";

import type { GrantedQuotas } from "./quotas";
import type { AccountChange, ResourceRecord } from "./record";
import type { AccountContext } from "./resourceType";
import type { SecretBox } from "./secretBox";
import { fromStored, type StoredRecord, toStored } from "./storedRecord";
import { resourceTypeOf } from "./typeOf";

/** One part of a change; a change is applied as a whole. */
export type JournalEntry<Put = ResourceRecord> =
  | { readonly put: Put }
  | { readonly delete: { readonly type: string; readonly id: string } }
  | { readonly count: { readonly key: string; readonly value: number } };

/** Everything that the account holds, as stored on disk. */
export interface State {
  /** Makes the IDs of this account differ from those of others. */
  readonly seed: string;
  /** Serial of the youngest resource ever created. */
  readonly serial: number;
  readonly counters: Readonly<Record<string, number>>;
  readonly records: readonly StoredRecord[];
}

/** The context of a change. */
export interface ChangeContext {
  readonly accountId: string;
  readonly region: string;
  readonly urn: string;
  readonly quotas: GrantedQuotas;
}

/** The account's data in memory: resources, counters, and the seed of new IDs. */
export class Store {
  private readonly records = new Map<string, ResourceRecord>();
  /** The same by type: most questions are of one, and an account of a class has thousands. */
  private readonly ofTypes = new Map<string, Map<string, ResourceRecord>>();
  private readonly counters = new Map<string, number>();
  private seed = randomBytes(16).toString("hex");
  private serial = 0;

  /** Resources of one type, or of all types, oldest first. */
  list(type?: string): readonly ResourceRecord[] {
    if (type === undefined) return [...this.records.values()];
    return [...(this.ofTypes.get(resourceTypeOf(type)?.token ?? type)?.values() ?? [])];
  }

  get(type: string, id: string): ResourceRecord | undefined {
    return this.records.get(keyOf(type, id));
  }

  /** Serial of the next resource. */
  get nextSerial(): number {
    return this.serial + 1;
  }

  /** A view of the account for one change, and the entries that the change consists of. */
  begin(surroundings: ChangeContext): { context: AccountContext; entries: JournalEntry[] } {
    const { accountId, region } = surroundings;
    const entries: JournalEntry[] = [];
    const serial = this.nextSerial;
    const counted = new Map<string, number>();
    const context: AccountContext = {
      ...surroundings,
      list: (type) => this.list(type),
      get: (type, id) => this.get(type, id),
      hex: (label, length = 17) =>
        createHash("sha256")
          .update(`${this.seed}:${serial}:${label}`)
          .digest("hex")
          .slice(0, length),
      count: (key) => {
        const value = (counted.get(key) ?? this.counters.get(key) ?? 0) + 1;
        counted.set(key, value);
        entries.push({ count: { key, value } });
        return value;
      },
      counted: (key) => counted.get(key) ?? this.counters.get(key) ?? 0,
      arn: (service, resource) =>
        `arn:aws:${service}:${service === "iam" ? "" : region}:${accountId}:${resource}`,
    };
    return { context, entries };
  }

  /** Applies a part of a change; returns what it did to a resource, if anything. */
  apply(entry: JournalEntry): AccountChange | undefined {
    if ("count" in entry) {
      this.counters.set(entry.count.key, entry.count.value);
      return undefined;
    }
    if ("put" in entry) {
      const after = entry.put;
      const key = storedKey(after.type, after.id);
      const before = this.records.get(key);
      this.put(key, after);
      this.serial = Math.max(this.serial, after.serial);
      return before ? { before, after } : { after };
    }
    const key = storedKey(entry.delete.type, entry.delete.id);
    const before = this.records.get(key);
    this.records.delete(key);
    this.ofTypes.get(entry.delete.type)?.delete(key);
    return before && { before };
  }

  private put(key: string, record: ResourceRecord): void {
    this.records.set(key, record);
    const ofType = this.ofTypes.get(record.type) ?? new Map<string, ResourceRecord>();
    this.ofTypes.set(record.type, ofType.set(key, record));
  }

  /** Everything, with secrets sealed. */
  state(box: SecretBox): State {
    return {
      seed: this.seed,
      serial: this.serial,
      counters: Object.fromEntries(this.counters),
      records: [...this.records.values()].map((record) => toStored(record, box)),
    };
  }

  /** Restores what {@link state} returned. Call it on an empty store. */
  restore(state: State, box: SecretBox): void {
    this.seed = state.seed;
    this.serial = state.serial;
    for (const [key, value] of Object.entries(state.counters)) this.counters.set(key, value);
    for (const stored of state.records) {
      this.put(storedKey(stored.type, stored.id), fromStored(stored, box));
    }
  }
}

/** Identifies a resource, whichever of its type's tokens is given. */
export function keyOf(type: string, id: string): string {
  return storedKey(resourceTypeOf(type)?.token ?? type, id);
}

/** The same for a token as in records, so that opening the account loads no types. */
function storedKey(token: string, id: string): string {
  return `${token} ${id}`;
}
