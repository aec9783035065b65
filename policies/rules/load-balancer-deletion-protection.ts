import { LOAD_BALANCERS } from "../graph/tokens";
import { isTrue, UNKNOWN } from "../graph/value";
import { securityHub } from "../lib/frameworks";
import { makeRule } from "../lib/rule";

export default makeRule(
  {
    name: "load-balancer-deletion-protection",
    description: "Load balancers are protected from deletion.",
    level: "advisory",
    severity: "low",
    framework: securityHub("ELB.6", "Load balancers have deletion protection enabled"),
    tags: ["checkov:CKV_AWS_150"],
    remediationSteps:
      "Set enableDeletionProtection: true, and set it back to false before a destroy.",
    url: "https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html",
    types: LOAD_BALANCERS,
  },
  {
    resource({ props: { enableDeletionProtection } }, report) {
      if (enableDeletionProtection === UNKNOWN) {
        report.unknown("enableDeletionProtection");
      } else if (!isTrue(enableDeletionProtection)) {
        report.fail("enableDeletionProtection is not true.");
      }
    },
  },
);
