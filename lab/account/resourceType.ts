import type { z } from "zod";

import type { GrantedQuotas } from "./quotas";
import type { LiveAccount, ResourceRecord } from "./record";

/** A resource's properties: plain JSON. */
export type Properties = Record<string, unknown>;

/** A problem of one resource's inputs, found before anything is asked of the account. */
export interface Problem {
  /** Path of the property, e.g. `healthCheck.port` or `ingress[0].fromPort`. */
  readonly path: string;
  readonly reason: string;
}

/** A check over several inputs. It runs when all of them are known and well formed. */
export interface Rule {
  readonly keys: readonly string[];
  /** Returns what is wrong with the first key, or nothing. */
  readonly check: (inputs: Properties) => string | undefined;
}

/** What a resource type sees of the account while one of its resources is changed. */
export interface AccountContext {
  readonly accountId: string;
  readonly region: string;
  readonly urn: string;
  /** Quotas that were raised or lowered; `refuseBeyond` asks for them. */
  readonly quotas: GrantedQuotas;
  list(type: string): readonly ResourceRecord[];
  get(type: string, id: string): ResourceRecord | undefined;
  /**
   * A random-looking hexadecimal string, never given out twice.
   * @param label Tells several strings of one resource apart.
   * @param length Number of digits, 1 to 64. Default 17, as in `vpc-0123456789abcdef0`.
   */
  hex(label: string, length?: number): string;
  /** Counts up from 1 under `key`, for as long as the account lives. */
  count(key: string): number;
  /** How far {@link count} has counted under `key`; 0 if it has not. */
  counted(key: string): number;
  /** `arn:aws:<service>:<region>:<account>:<resource>`; IAM's ARNs have no region. */
  arn(service: string, resource: string): string;
}

/** What creating a resource gives back. */
export interface Created {
  readonly id: string;
  /** What AWS computes. The inputs are laid over it, so a default here is kept unless it was given. */
  readonly outputs: Properties;
}

/**
 * One resource type of the account, as a declaration. Everything that types share (strictness,
 * defaults, names, diffs, previews, storage) is done by the code that reads it.
 */
export interface ResourceType<Schema extends z.ZodObject = z.ZodObject> {
  /** Pulumi type token, e.g. `aws:ec2/vpc:Vpc`. */
  readonly token: string;
  /** Other tokens @pulumi/aws uses for the same AWS resource, e.g. `aws:alb/…`. */
  readonly aliases?: readonly string[];
  /** Strict schema of the inputs. Its `.default()`s are those the provider fills in. */
  readonly inputs: Schema;
  /**
   * Longest name AWS takes, in characters, when `name` is made up for resources without one: the
   * Pulumi name, a dash, seven digits.
   */
  readonly autoNameMaxLength?: number;
  /** The property a made-up name goes into. Default `name`. */
  readonly nameProperty?: "bucket" | "name" | "serviceName";
  /** True if made-up names have no capitals, for AWS takes none. */
  readonly lowerCaseName?: boolean;
  /** Inputs whose change replaces the resource. */
  readonly immutable: readonly InputKey<Schema>[];
  /** Further inputs whose change replaces the resource, where that depends on the values. */
  immutableWhen?(olds: Properties, news: Properties): readonly InputKey<Schema>[];
  /** Properties AWS fills in, unknown before the resource exists. Inputs among them are optional. */
  readonly computed: readonly string[];
  /** Properties that are secret by nature: sealed in the account's files, and secret to the engine. */
  readonly secrets?: readonly string[];
  /** Inputs that AWS takes and never gives back. */
  readonly writeOnly?: readonly InputKey<Schema>[];
  /** List inputs in which order has no meaning. */
  readonly sets?: readonly InputKey<Schema>[];
  /** Inputs that hold a JSON document, as text or as an object; compared by what they say. */
  readonly documents?: readonly InputKey<Schema>[];
  /** What inputs mean, for those that can say the same in several ways. */
  readonly meaning?: Partial<
    Record<InputKey<Schema>, (value: unknown, inputs: Properties) => unknown>
  >;
  /** What an input says that is left out, where that is the same as a value. */
  readonly absent?: Partial<Record<InputKey<Schema>, unknown>>;
  /**
   * Inputs whose new values the provider compares with its state, not with the inputs before: what
   * AWS made of them counts.
   */
  readonly comparedToState?: readonly InputKey<Schema>[];
  /** Inputs whose change the provider passes over, where that depends on the values. */
  suppressed?(olds: Properties, news: Properties): readonly InputKey<Schema>[];
  /** Why the provider refuses to plan a change of a resource that exists; undefined if it does not. */
  refusePlan?(isChanged: (key: InputKey<Schema>) => boolean, news: Properties): string | undefined;
  /** True when an old and a new resource cannot exist side by side, whatever their names. */
  readonly deleteBeforeReplace?: boolean;
  /** Further checks of the provider, before the API is called. */
  readonly rules?: readonly Rule[];
  /**
   * Inputs that the provider finds out by itself, e.g. a hash of a folder that another input names.
   * Read anew whenever the resource's inputs are checked and found good; some may still be unknown.
   */
  observe?(inputs: Properties): Properties;
  /** What AWS checks at the API for a new or changed resource. Throws {@link AwsError}. */
  validate?(
    context: AccountContext,
    inputs: z.output<Schema>,
    before: ResourceRecord | undefined,
  ): void;
  /** Id and computed properties of a new resource. Throws {@link AwsError}. */
  create(context: AccountContext, inputs: z.output<Schema>): Created;
  /** Inputs as AWS gives them back, where it fills in nested properties. */
  complete?(inputs: z.output<Schema>, context: AccountContext, before?: ResourceRecord): Properties;
  /** Properties that an update gives a new value, and which a preview therefore cannot know. */
  recomputed?(olds: Properties, news: Properties): readonly string[];
  /** New values of what AWS computes when the inputs change. An input of the same name wins. */
  update?(context: AccountContext, inputs: z.output<Schema>, before: ResourceRecord): Properties;
  /**
   * Outputs that follow when the stack itself updates the resource, and not when AWS or somebody else
   * does. Throws {@link AwsError} if AWS would refuse it.
   */
  updateByStack?(inputs: z.output<Schema>, before: ResourceRecord): Properties;
  /** Outputs for the control plane alone, which no API shows. */
  readonly internal?: readonly string[];
  /**
   * What AWS does by itself once a resource was created or updated, e.g. that it issues a certificate whose record is
   * there now. What it does is its own change, with its own consequences.
   */
  thereupon?(account: LiveAccount, record: ResourceRecord): Promise<void>;
  /** Throws {@link AwsError} if AWS would refuse to delete the resource. */
  beforeDelete?(context: AccountContext, record: ResourceRecord): void;
  /** What AWS deletes along with the resource. */
  owned?(context: AccountContext, record: ResourceRecord): readonly ResourceRecord[];
  /** Inputs with which AWS runs a resource down before it deletes it, e.g. a service's tasks. */
  drain?(record: ResourceRecord): Partial<z.output<Schema>> | undefined;
}

type InputKey<Schema extends z.ZodObject> = keyof z.output<Schema> & string;

/**
 * A resource type with its inputs' type forgotten, as the registry keeps it. Sound because inputs are
 * checked against the type's own schema before they reach it.
 */
export type AnyResourceType = ResourceType;

/** Declares a resource type; infers its inputs from the schema. */
export function resourceType<Schema extends z.ZodObject>(
  type: ResourceType<Schema>,
): AnyResourceType {
  return type;
}
