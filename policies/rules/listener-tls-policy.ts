import { LISTENERS } from "../graph/tokens";
import { toText, UNKNOWN } from "../graph/value";
import { securityHub } from "../lib/frameworks";
import { makeRule } from "../lib/rule";

/** AWS's policies that only accept TLS 1.2 and later. Source: Elastic Load Balancing user guides, "Security policies". */
const MODERN = /^ELBSecurityPolicy-(TLS13-1-[23]-|TLS-1-2-|FS-1-2-)/;

export default makeRule(
  {
    name: "listener-tls-policy",
    description: "Listeners accept no TLS before version 1.2.",
    level: "advisory",
    severity: "medium",
    framework: securityHub("ELB.17", "Load balancer listeners use recommended security policies"),
    tags: ["checkov:CKV_AWS_103"],
    remediationSteps: 'Set sslPolicy to "ELBSecurityPolicy-TLS13-1-2-2021-06".',
    url: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html",
    types: LISTENERS,
  },
  {
    resource({ props: { protocol, sslPolicy } }, report) {
      const isTls = protocol === "HTTPS" || protocol === "TLS";
      if (!isTls && protocol !== UNKNOWN) return;
      if (sslPolicy === UNKNOWN || protocol === UNKNOWN) {
        report.unknown("sslPolicy");
      } else if (!MODERN.test(toText(sslPolicy))) {
        // The default is ELBSecurityPolicy-2016-08.
        report.fail("The listener's sslPolicy accepts TLS 1.0 and 1.1.");
      }
    },
  },
);
