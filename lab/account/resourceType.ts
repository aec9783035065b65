import type { z } from "zod";

import type { GrantedQuotas } from "./quotas";
import type { LiveAccount, ResourceRecord } from "./record";

/** A resource's properties: plain JSON. */
export type Properties = Record<string, unknown>;

/** A problem of a resource's inputs, found before the account is involved. */
export interface Problem {
  /** Path of the property, e.g. `healthCheck.port` or `ingress[0].fromPort`. */
  readonly path: string;
  readonly reason: string;
}

/** A check over several inputs. It runs when all of them are known and well formed. */
export interface InputRule {
  readonly keys: readonly string[];
  /** Returns what is wrong with the first key, or undefined. */
  readonly check: (inputs: Properties) => string | undefined;
}

/** The account as a resource type sees it while one of its resources is changed. */
export interface AccountContext {
  readonly accountId: string;
  readonly region: string;
  readonly urn: string;
  /** Quotas that were raised or lowered, for `refuseBeyond`. */
  readonly quotas: GrantedQuotas;
  list(type: string): readonly ResourceRecord[];
  get(type: string, id: string): ResourceRecord | undefined;
  /**
   * A random-looking hexadecimal string, never returned twice.
   * @param label Distinguishes several strings of one resource.
   * @param length Number of digits, 1 to 64. Default 17, as in `vpc-0123456789abcdef0`.
   */
  hex(label: string, length?: number): string;
  /** Counts up from 1 under `key`, for the lifetime of the account. */
  count(key: string): number;
  /** How far {@link count} has counted under `key`; 0 if it has not. */
  counted(key: string): number;
  /** `arn:aws:<service>:<region>:<account>:<resource>`; IAM's ARNs have no region. */
  arn(service: string, resource: string): string;
}

/** The result of creating a resource. */
export interface Created {
  readonly id: string;
  /** What AWS computes. The inputs override it, so a default here applies unless the input was given. */
  readonly outputs: Properties;
}

/**
 * Declaration of one resource type of the account. Everything that types share (strictness, defaults, names, diffs,
 * previews, storage) is implemented by the code that reads it.
 */
export interface ResourceType<Schema extends z.ZodObject = z.ZodObject> {
  /** Pulumi type token, e.g. `aws:ec2/vpc:Vpc`. */
  readonly token: string;
  /** Other tokens that @pulumi/aws uses for the same AWS resource, e.g. `aws:alb/…`. */
  readonly aliases?: readonly string[];
  /** Strict schema of the inputs. Its `.default()`s are those that the provider fills in. */
  readonly inputs: Schema;
  /**
   * Maximum length of a name in characters, if a name is generated for resources without one: the Pulumi name, a dash,
   * seven digits.
   */
  readonly autoNameMaxLength?: number;
  /** The property for a generated name. Default `name`. */
  readonly nameProperty?: "bucket" | "name" | "serviceName";
  /** Whether generated names are lower-case, because AWS accepts no capitals. */
  readonly lowerCaseName?: boolean;
  /** Inputs whose change replaces the resource. */
  readonly immutable: readonly InputKey<Schema>[];
  /** Further inputs whose change replaces the resource, where that depends on the values. */
  immutableWhen?(olds: Properties, news: Properties): readonly InputKey<Schema>[];
  /** Properties that AWS fills in, unknown before the resource exists. Inputs among them are optional. */
  readonly computed: readonly string[];
  /** Properties that are always secret: sealed in the account's files, and secret in the engine. */
  readonly secrets?: readonly string[];
  /** Inputs that AWS accepts but never returns. */
  readonly writeOnly?: readonly InputKey<Schema>[];
  /** List inputs whose order has no meaning. */
  readonly sets?: readonly InputKey<Schema>[];
  /** Inputs that hold a JSON document, as text or as an object; compared by their content. */
  readonly documents?: readonly InputKey<Schema>[];
  /** Canonical forms of inputs that can express the same in several ways. */
  readonly meaning?: Partial<
    Record<InputKey<Schema>, (value: unknown, inputs: Properties) => unknown>
  >;
  /** Values that are equivalent to omitting an input. */
  readonly absent?: Partial<Record<InputKey<Schema>, unknown>>;
  /**
   * Inputs whose new values the provider compares with its state, i.e. with what AWS made of them, rather than with the
   * old inputs.
   */
  readonly comparedToState?: readonly InputKey<Schema>[];
  /** Inputs whose change the provider ignores, depending on the values. */
  suppressed?(olds: Properties, news: Properties): readonly InputKey<Schema>[];
  /** Why the provider refuses to plan a change of an existing resource; undefined if it does not. */
  refusePlan?(isChanged: (key: InputKey<Schema>) => boolean, news: Properties): string | undefined;
  /** Whether an old and a new resource cannot exist side by side, whatever their names. */
  readonly deleteBeforeReplace?: boolean;
  /** Further checks of the provider, before the API is called. */
  readonly rules?: readonly InputRule[];
  /**
   * Inputs that the provider determines itself, e.g. a hash of a folder that another input names. Computed whenever the
   * resource's inputs have been checked and are valid; some may still be unknown.
   */
  observe?(inputs: Properties): Promise<Properties>;
  /** What AWS's API checks for a new or changed resource. Throws {@link AwsError}. */
  validate?(
    context: AccountContext,
    inputs: z.output<Schema>,
    before: ResourceRecord | undefined,
  ): void;
  /** Id and computed properties of a new resource. Throws {@link AwsError}. */
  create(context: AccountContext, inputs: z.output<Schema>): Created;
  /** Inputs as AWS returns them, if it fills in nested properties. */
  complete?(inputs: z.output<Schema>, context: AccountContext, before?: ResourceRecord): Properties;
  /** Properties that an update changes and a preview therefore cannot know. */
  recomputed?(olds: Properties, news: Properties): readonly string[];
  /** New values of what AWS computes when the inputs change. An input of the same name takes precedence. */
  update?(context: AccountContext, inputs: z.output<Schema>, before: ResourceRecord): Properties;
  /**
   * Outputs that change only if the stack itself updates the resource, not if AWS or somebody else does. Throws {@link
   * AwsError} if AWS would reject the update.
   */
  updateByStack?(inputs: z.output<Schema>, before: ResourceRecord): Properties;
  /** Outputs for the control plane only, which no API returns. */
  readonly internal?: readonly string[];
  /**
   * What AWS does by itself after a resource was created or updated, e.g. issues a certificate once its validation
   * record exists. This is a separate change, with its own consequences.
   */
  thereupon?(account: LiveAccount, record: ResourceRecord): Promise<void>;
  /** Throws {@link AwsError} if AWS would not delete the resource. */
  beforeDelete?(context: AccountContext, record: ResourceRecord): void;
  /** What AWS deletes along with the resource. */
  owned?(context: AccountContext, record: ResourceRecord): readonly ResourceRecord[];
  /** Inputs with which AWS scales a resource down before deleting it, e.g. to stop a service's tasks. */
  drain?(record: ResourceRecord): Partial<z.output<Schema>> | undefined;
}

type InputKey<Schema extends z.ZodObject> = keyof z.output<Schema> & string;

/**
 * A resource type without the static type of its inputs, for the registry. This is safe because inputs are checked
 * against the type's own schema before they reach it.
 */
export type AnyResourceType = ResourceType;

/** Declares a resource type; infers its inputs from the schema. */
export function resourceType<Schema extends z.ZodObject>(
  type: ResourceType<Schema>,
): AnyResourceType {
  return type;
}
