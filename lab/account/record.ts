/**
 * One resource of the offline AWS account, as the API would describe it. All values are plain JSON and known: unknown
 * values only exist in previews, which do not create records.
 */
export interface ResourceRecord {
  /** Pulumi type token, e.g. `aws:ecs/service:Service`. `aws:alb/…` is stored as `aws:lb/…`. */
  readonly type: string;
  /** Physical ID as in @pulumi/aws: an ARN, `vpc-0a1b…`, a name. Unique within its type. */
  readonly id: string;
  /** URN of the Pulumi resource that owns it; it names the stack and the project. */
  readonly urn: string;
  /** The inputs that it was last created or updated with, including defaults. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** All properties, as @pulumi/aws would return them: inputs plus what AWS computes. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** True if the program gave an input as a secret: the files then hold its properties sealed. */
  readonly hasSecrets?: true;
  /** Order of creation in the account: 1, 2, 3 … Never reused. */
  readonly serial: number;
}

/** What changed in the account. `after` is absent for a deletion, `before` for a creation. */
export interface AccountChange {
  readonly before?: ResourceRecord;
  readonly after?: ResourceRecord;
}

/** The account for those who only read and follow it. */
export interface AccountView {
  list(type: string): readonly ResourceRecord[];
  get(type: string, id: string): ResourceRecord | undefined;
  /** Calls `listener` after every durable change, in order. Returns a function that stops it. */
  onChange(listener: (change: AccountChange) => void): () => void;
}

/** The account for the control plane, which also changes what ECS itself changes on AWS. */
export interface LiveAccount extends AccountView {
  /** Changes inputs of a resource from outside its stack. */
  modify(type: string, id: string, patch: Record<string, unknown>): Promise<ResourceRecord>;
  /**
   * Records what AWS itself has done to a resource's inputs. Nothing is rejected, since it has already happened.
   */
  note(type: string, id: string, patch: Record<string, unknown>): Promise<ResourceRecord>;
  create(request: {
    readonly type: string;
    readonly urn: string;
    readonly inputs: Record<string, unknown>;
    readonly region: string;
    readonly hasSecrets?: boolean;
  }): Promise<ResourceRecord>;
}

/**
 * Name of the stack that a resource belongs to: `urn:pulumi:<stack>::<project>::…`; empty if there is none. What AWS
 * creates for a stack's resource has that resource's URN after a path of its own, and is not in the stack's state.
 */
export function stackOf({ urn }: Pick<ResourceRecord, "urn">): string {
  return /^(?:urn:lab:.*\/)?urn:pulumi:([^:]*)::/.exec(urn)?.[1] ?? "";
}
