import type { rules } from "../../../policies/rules";

/** What a report shows of a rule. */
export type RuleMetadata = (typeof rules)[number]["metadata"];
