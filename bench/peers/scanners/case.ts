import type { TestResource } from "../../../tests/policies/harness";

/** One resource of a CloudFormation template. */
export interface CfnResource {
  readonly Type: string;
  readonly Properties: object;
}

/** The same infrastructure, said twice. The Terraform form is made from the Pulumi one. */
export interface Form {
  /** What the engine hands to the policy pack in a preview. */
  readonly pulumi: readonly TestResource[];
  /** Resources by logical id. */
  readonly cloudFormation: Readonly<Record<string, CfnResource>>;
}

/**
 * A change and what a reviewer should say about it. A scanner has seen the change if it reports
 * something on `changed` that it does not report on `before`: so no list of its rules is needed, and
 * what it says about the rest of the template counts neither for nor against it.
 */
export interface ScannerCase {
  /** Short, unique; a row of the table. */
  readonly title: string;
  /** A `flaw` should be reported, something `harmless` should not. */
  readonly kind: "flaw" | "harmless";
  /** The pack's rule that reports a flaw; that of a false alarm, as long as there is one; none if the pack says nothing. */
  readonly rule?: string;
  /** Why it is not as easy as it looks, for the reader of the table. */
  readonly why: string;
  readonly before: Form;
  readonly changed: Form;
}
