import { practice } from "../lib/frameworks";
import { openQuestions } from "../lib/openQuestions";
import { makeRule } from "../lib/rule";

/** How many rules a message names; the configuration has them all. */
const NAMED = 3;

// Runs after every other rule, except the one on exemptions, has reported its open questions.
export default makeRule(
  {
    name: "policy-values-known",
    description: "A preview knows the values that the policies look at.",
    level: "advisory",
    severity: "low",
    framework: practice("A preview shows what the update would refuse"),
    remediationSteps:
      "Use a value that the program knows at preview, or disable this rule: the update checks the value in any case.",
    url: "https://docs.aws.amazon.com/wellarchitected/latest/security-pillar/welcome.html",
    types: [],
  },
  {
    stack(_stack, report) {
      for (const { urn, what, rules } of openQuestions()) {
        const more = rules.length - NAMED;
        const names =
          rules.slice(0, NAMED).join(", ") + (more > 0 ? ` and ${more} more rules` : "");
        report.fail(`${what} is not known yet: the update checks it, by ${names}.`, urn);
      }
    },
  },
);
