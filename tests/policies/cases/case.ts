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
  /** What only the update will know, but leaves no doubt: advice, even of the tutorial's rules. */
  readonly later?: Stacks;
  /** Stacks judged under a configuration: pass unless a message is given. */
  readonly configured?: Readonly<
    Record<string, readonly [PackConfig[string], readonly TestResource[], RegExp?]>
  >;
  /** A resource the rule does not look at, with properties it would not like. */
  readonly other: TestResource;
}
