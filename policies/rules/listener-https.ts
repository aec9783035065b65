import { LISTENERS } from "../graph/tokens";
import { field, items, UNKNOWN } from "../graph/value";
import { securityHub } from "../lib/frameworks";
import { makeRule } from "../lib/rule";

export default makeRule(
  {
    name: "listener-https",
    description: "HTTP listeners redirect to HTTPS.",
    level: "advisory",
    severity: "medium",
    framework: securityHub("ELB.1", "Application Load Balancers redirect HTTP requests to HTTPS"),
    tags: ["checkov:CKV_AWS_2"],
    remediationSteps:
      "Add an HTTPS listener with a certificate and let the HTTP listener redirect to it.",
    url: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/create-https-listener.html",
    types: LISTENERS,
  },
  {
    resource({ props: { protocol, defaultActions } }, report) {
      const actions = items(defaultActions);
      const redirects = actions.map((action) => field(action, "redirect", "protocol"));
      if (protocol === UNKNOWN || (protocol === "HTTP" && redirects.includes(UNKNOWN))) {
        report.unknown("Whether the listener redirects to HTTPS");
      } else if (protocol === "HTTP" && !redirects.includes("HTTPS")) {
        report.fail("It serves plain HTTP.");
      }
    },
  },
);
