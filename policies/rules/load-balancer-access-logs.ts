import { LOAD_BALANCERS } from "../graph/tokens";
import { field, isTrue, UNKNOWN } from "../graph/value";
import { securityHub } from "../lib/frameworks";
import { makeRule } from "../lib/rule";

export default makeRule(
  {
    name: "load-balancer-access-logs",
    description: "Load balancers write access logs.",
    level: "advisory",
    severity: "low",
    framework: securityHub("ELB.5", "Load balancers log access"),
    tags: ["checkov:CKV_AWS_91"],
    remediationSteps: "Create a bucket for the logs and set accessLogs: { bucket, enabled: true }.",
    url: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html",
    types: LOAD_BALANCERS,
  },
  {
    resource({ props }, report) {
      const enabled = field(props.accessLogs, "enabled");
      if (enabled === UNKNOWN) {
        report.unknown("accessLogs.enabled");
      } else if (!isTrue(enabled)) {
        report.fail("accessLogs.enabled is not true.");
      }
    },
  },
);
