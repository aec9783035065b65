import { isExpired, seenExemptions } from "../lib/exemptions";
import { practice } from "../lib/frameworks";
import { makeRule } from "../lib/rule";

// Runs last, after every other rule has used its exemptions.
export default makeRule(
  {
    name: "policy-exemptions-current",
    description: "Every exemption from a rule is in force and needed.",
    level: "advisory",
    severity: "low",
    framework: practice("Exemptions end"),
    remediationSteps:
      "Remove the exemption from the policy configuration, or renew it with a reason that still applies.",
    url: "https://docs.aws.amazon.com/wellarchitected/latest/security-pillar/welcome.html",
    types: [],
  },
  {
    stack(_stack, report) {
      for (const { rule, urn, expires, used, ...exemption } of seenExemptions()) {
        if (isExpired({ urn, expires, ...exemption })) {
          report.fail(`The exemption of ${urn} from ${rule} expired on ${expires}.`);
        } else if (!used) {
          report.fail(`The exemption of ${urn} from ${rule} is not used.`);
        }
      }
    },
  },
);
