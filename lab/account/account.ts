import { changedRecord, createdRecord, type RecordChange } from "./builtRecord";
import { AwsError } from "./errors";
import { Journal } from "./journal";
import { lockAccount } from "./lock";
import { type GrantedQuotas, readGranted, writeGranted } from "./quotas";
import type { AccountChange, AccountView, ResourceRecord } from "./record";
import type { AccountContext, AnyResourceType, Properties } from "./resourceType";
import { checkInputs } from "./schema";
import { SecretBox } from "./secretBox";
import { type JournalEntry, keyOf, type State, Store } from "./store";
import { fromStored, type StoredRecord, toStored } from "./storedRecord";
import { resourceTypeOf } from "./typeOf";

export interface AccountOptions {
  /** Twelve digits. @default "123456789012", AWS's own example */
  readonly accountId?: string;
  /** Size of the journal, in bytes, at which a snapshot replaces it. @default 1 MiB */
  readonly snapshotAfterBytes?: number;
}

export interface CreateRequest {
  readonly type: string;
  readonly urn: string;
  /** Checked inputs, including defaults and names. */
  readonly inputs: Properties;
  /** Region of the provider; `inputs.region` overrides it. */
  readonly region: string;
  /** Whether the program gave an input as a secret. @default false */
  readonly hasSecrets?: boolean;
}

const DEFAULT_ACCOUNT_ID = "123456789012";
const DEFAULT_SNAPSHOT_BYTES = 1024 * 1024;

/**
 * The offline AWS account: one store for the resources of all stacks.
 *
 * Changes are made in memory in the order of the calls and resolve when they are on disk; only then are listeners
 * notified. A listener must not throw. After a failed write, the account rejects every change, since it could not be
 * stored.
 *
 * Only their owner can read the files. Resources with secrets are sealed when they leave memory, in `commit` and in the
 * store's `state`.
 */
export class Account implements AccountView {
  private readonly store = new Store();
  private readonly listeners = new Set<(change: AccountChange) => void>();
  private journal: Journal<State, JournalEntry<StoredRecord>> | undefined;
  private box: SecretBox | undefined;
  private granted: GrantedQuotas = {};
  private dir: string | undefined;
  private release: (() => Promise<void>) | undefined;
  private closed = false;
  private readonly lost = new AbortController();

  private constructor(readonly accountId: string) {}

  /**
   * Opens the account kept in `dir`, or starts an empty one there.
   *
   * @param dir Folder of the account's files, e.g. `.lab/account`; created if missing.
   * @throws Error naming the process that has the account open, or the file that is damaged.
   */
  static async open(dir: string, options: AccountOptions = {}): Promise<Account> {
    const account = new Account(options.accountId ?? DEFAULT_ACCOUNT_ID);
    account.release = await lockAccount(dir, (reason) => {
      account.journal?.fail(reason);
      account.lost.abort(reason);
    });
    try {
      const box = await SecretBox.open(dir);
      account.box = box;
      account.dir = dir;
      account.granted = await readGranted(dir);
      const { journal, recovered } = await Journal.open<State, JournalEntry<StoredRecord>>(
        dir,
        () => account.store.state(box),
        options.snapshotAfterBytes ?? DEFAULT_SNAPSHOT_BYTES,
      );
      account.journal = journal;
      if (recovered.snapshot) account.store.restore(recovered.snapshot, box);
      for (const entry of recovered.entries) {
        account.store.apply("put" in entry ? { put: fromStored(entry.put, box) } : entry);
      }
      if (recovered.damage !== undefined) {
        process.stderr.write(
          `warning: ${recovered.damage}; it was rebuilt from the previous one and the journal; nothing is lost\n`,
        );
        await journal.repairSnapshot();
      } else if (recovered.isOld) await journal.writeSnapshot();
    } catch (error) {
      // Prevents an incompletely read account from replacing the files.
      account.journal?.fail(new Error("the offline account could not be opened"));
      await account.close();
      throw error;
    }
    return account;
  }

  /** An account that ends with the process. */
  static inMemory(options: AccountOptions = {}): Account {
    return new Account(options.accountId ?? DEFAULT_ACCOUNT_ID);
  }

  /** Aborted if the account's folder disappears while it is open: nothing can be changed any more. */
  get gone(): AbortSignal {
    return this.lost.signal;
  }

  /** Quotas that differ from a new account's. */
  get grantedQuotas(): GrantedQuotas {
    return this.granted;
  }

  /** Raises or lowers quotas permanently; those not named are unchanged. */
  async grantQuotas(granted: GrantedQuotas): Promise<void> {
    this.granted = { ...this.granted, ...granted };
    if (this.dir !== undefined) await writeGranted(this.dir, this.granted);
  }

  /** Waits for changes in progress, writes a snapshot and releases the lock. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    try {
      await this.journal?.close();
    } finally {
      await this.release?.();
    }
  }

  /** Resources of one type, or of all types, oldest first. */
  list(type?: string): readonly ResourceRecord[] {
    return this.store.list(type);
  }

  get(type: string, id: string): ResourceRecord | undefined {
    return this.store.get(type, id);
  }

  onChange(listener: (change: AccountChange) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** @throws AwsError as the API would; Error for a type that the account does not support. */
  async create(request: CreateRequest): Promise<ResourceRecord> {
    const type = this.requireType(request.type);
    const transaction = this.begin(request.urn, regionOf(request.inputs, request.region));
    const { context } = transaction;
    type.validate?.(context, request.inputs, undefined);
    const record = createdRecord(type, context, request, this.store.nextSerial);
    if (this.get(type.token, record.id)) {
      throw new AwsError("ResourceAlreadyExists", `${type.token} ${record.id} already exists`);
    }
    transaction.entries.push({ put: record });
    await this.commit(transaction.entries);
    await type.thereupon?.(this, record);
    return record;
  }

  /**
   * Updates a resource on behalf of its stack.
   *
   * @param hasSecrets Whether an input was a secret; a resource that once had one stays sealed.
   * @throws AwsError as the API would, also if the resource is gone.
   */
  async update(
    token: string,
    id: string,
    urn: string,
    inputs: Properties,
    hasSecrets = false,
  ): Promise<ResourceRecord> {
    const type = this.requireType(token);
    const before = this.requireRecord(type, id);
    const further = type.updateByStack?.(inputs, before);
    const record = await this.change(type, before, { urn, inputs, hasSecrets, further });
    await type.thereupon?.(this, record);
    return record;
  }

  /** @param change.hasHappened Whether it has already happened, so that it cannot be rejected. */
  private async change(
    type: AnyResourceType,
    before: ResourceRecord,
    change: RecordChange & { readonly hasHappened?: boolean },
  ): Promise<ResourceRecord> {
    const { context, entries } = this.begin(change.urn, regionOf(before.outputs, ""));
    if (!change.hasHappened) type.validate?.(context, change.inputs, before);
    const after = changedRecord(type, context, before, change);
    entries.push({ put: after });
    await this.commit(entries);
    return after;
  }

  /**
   * Deletes a resource; it is not an error if it is already gone.
   * @throws AwsError if something still depends on it.
   */
  async delete(token: string, id: string): Promise<void> {
    const type = this.requireType(token);
    const record = this.get(type.token, id);
    if (!record) return;
    const { context, entries } = this.begin(record.urn, regionOf(record.outputs, ""));
    type.beforeDelete?.(context, record);
    const drained = type.drain?.(record);
    if (drained) {
      const inputs = { ...record.inputs, ...drained };
      entries.push({ put: { ...record, inputs, outputs: { ...record.outputs, ...drained } } });
    }
    for (const owned of type.owned?.(context, record) ?? []) {
      entries.push({ delete: { type: owned.type, id: owned.id } });
    }
    entries.push({ delete: { type: type.token, id } });
    await this.commit(entries);
  }

  /**
   * Changes a resource behind its stack's back, as in the AWS console, which causes drift. The patch is checked like
   * any input; a property set to `undefined` is removed.
   *
   * @param patch Inputs to change, e.g. `{ retentionInDays: 1 }`.
   * @param further Outputs for the control plane only, among those that the type declares as internal.
   * @throws Error listing every property that is not an input of the type or has an invalid value.
   */
  async modify(
    token: string,
    id: string,
    patch: Properties,
    further?: Properties,
  ): Promise<ResourceRecord> {
    const type = this.requireType(token);
    const record = this.requireRecord(type, id);
    const merged = { ...record.inputs, ...patch };
    const inputs = Object.fromEntries(
      Object.entries(merged).filter(([, value]) => value !== undefined),
    );
    const problems = checkInputs(type, inputs);
    if (problems.length > 0) {
      const lines = problems.map(({ path, reason }) => `${path}: ${reason}`);
      throw new Error(`cannot modify ${type.token} ${id}: ${lines.join("; ")}`);
    }
    const changed = await this.change(type, record, { urn: record.urn, inputs, further });
    await type.thereupon?.(this, changed);
    return changed;
  }

  /**
   * Records what AWS itself has done to a resource, e.g. that it rolled a service back to a revision that its stack has
   * since deleted. Nothing is rejected, since it has already happened.
   *
   * @throws AwsError if the resource is gone.
   */
  async note(token: string, id: string, patch: Properties): Promise<ResourceRecord> {
    const type = this.requireType(token);
    const record = this.requireRecord(type, id);
    const inputs = { ...record.inputs, ...patch };
    return this.change(type, record, { urn: record.urn, inputs, hasHappened: true });
  }

  /**
   * Deletes what a crash left behind after the engine's last checkpoint: resources of the stack that are not in its
   * state. Deletes the youngest first, so that no dependency blocks. Resources with `skipDestroy` are kept, since their
   * stack may have let go of them on purpose.
   *
   * @param stack Name of the stack, as in its URNs.
   * @param knownIds Type and id of every resource in the stack's state.
   * @param project Only resources of this project. Default: all projects with a stack of that name.
   * @returns What was deleted, in the order of deletion.
   */
  async recover(
    stack: string,
    knownIds: Iterable<readonly [type: string, id: string]>,
    project?: string,
  ): Promise<ResourceRecord[]> {
    const known = new Set<string>();
    for (const [type, id] of knownIds) known.add(keyOf(type, id));
    const prefix =
      project === undefined ? `urn:pulumi:${stack}::` : `urn:pulumi:${stack}::${project}::`;
    const orphans = this.list()
      .filter((record) => record.inputs.skipDestroy !== true)
      .filter(
        (record) => record.urn.startsWith(prefix) && !known.has(keyOf(record.type, record.id)),
      )
      .sort((a, b) => b.serial - a.serial);
    for (const orphan of orphans) await this.delete(orphan.type, orphan.id);
    return orphans;
  }

  private requireType(token: string): AnyResourceType {
    const type = resourceTypeOf(token);
    if (!type) throw new Error(`the offline account has no resource type ${token}`);
    return type;
  }

  private requireRecord(type: AnyResourceType, id: string): ResourceRecord {
    const record = this.get(type.token, id);
    if (!record) {
      throw new AwsError(
        "ResourceNotFound",
        `${type.token} ${id} is not in the account; it was deleted outside Pulumi (try a refresh)`,
      );
    }
    return record;
  }

  /** A view of the account for one change, and the entries that the change consists of. */
  private begin(urn: string, region: string): { context: AccountContext; entries: JournalEntry[] } {
    const { accountId, granted: quotas } = this;
    return this.store.begin({ accountId, quotas, region, urn });
  }

  /** Makes the change in memory at once, and notifies listeners when it is on disk. */
  private async commit(entries: readonly JournalEntry[]): Promise<void> {
    if (this.closed) throw new Error("the offline account is closed");
    const changes = entries.map((entry) => this.store.apply(entry));
    await this.append(entries);
    for (const change of changes) {
      if (change) for (const listener of this.listeners) listener(change);
    }
  }

  private async append(entries: readonly JournalEntry[]): Promise<void> {
    const { box } = this;
    if (!this.journal || !box) return;
    await this.journal.append(
      entries.map((entry) => ("put" in entry ? { put: toStored(entry.put, box) } : entry)),
    );
  }
}

function regionOf(properties: Properties, otherwise: string): string {
  return typeof properties.region === "string" ? properties.region : otherwise;
}
