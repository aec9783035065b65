import type { TestResource } from "../../../tests/policies/harness";

/** One resource of a CloudFormation template. */
export interface CfnResource {
  readonly Type: string;
  readonly Properties: object;
}

/** The same infrastructure in two languages. The Terraform form is generated from the Pulumi one. */
export interface Form {
  /** What the engine passes to the policy pack in a preview. */
  readonly pulumi: readonly TestResource[];
  /** Resources by logical id. */
  readonly cloudFormation: Readonly<Record<string, CfnResource>>;
}

/**
 * A change and what a reviewer should say about it. A scanner has noticed the change if it reports something on `changed`
 * that it does not report on `before`. So no list of its rules is needed, and what it reports about the rest of the
 * template does not count.
 */
export interface ScannerCase {
  /** Short, unique; a row of the table. */
  readonly title: string;
  /** A `flaw` should be reported, something `harmless` should not. */
  readonly kind: "flaw" | "harmless";
  /** The pack's rule that reports the flaw, or raises a false alarm; undefined if the pack reports nothing. */
  readonly rule?: string;
  /** Why it is harder than it looks, for readers of the table. */
  readonly why: string;
  readonly before: Form;
  readonly changed: Form;
}
