import type { Rule } from "../../../policies/lib/rule";
import type { PackConfig, TestResource } from "../harness";

/** Stacks that a rule must judge the same way, by title. */
export type Stacks = Readonly<Record<string, readonly TestResource[]>>;

/** The examples of one rule. */
export interface Cases {
  readonly rule: Rule;
  /** No finding. */
  readonly pass: Stacks;
  /** At least one finding at the rule's level; every message matches. */
  readonly fail: Readonly<Record<string, readonly [RegExp, readonly TestResource[]]>>;
  /** A value is unknown: findings, at the rule's level if it is one of the tutorial's, else advice. */
  readonly unknown: Stacks;
  /** Not known until the update, but beyond doubt: advice, even from the tutorial's rules. */
  readonly later?: Stacks;
  /** Stacks judged under a configuration: pass unless a message is given. */
  readonly configured?: Readonly<
    Record<string, readonly [PackConfig[string], readonly TestResource[], RegExp?]>
  >;
  /** A resource that the rule does not look at, with properties that it would refuse. */
  readonly other: TestResource;
}
