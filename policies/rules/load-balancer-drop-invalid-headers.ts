import { fieldsOf } from "../graph/inputs";
import { LOAD_BALANCERS } from "../graph/tokens";
import { type Fields, isAbsent, isTrue, UNKNOWN } from "../graph/value";
import { securityHub } from "../lib/frameworks";
import { makeRule } from "../lib/rule";

const isApplication = ({ loadBalancerType }: Fields) =>
  isAbsent(loadBalancerType) || loadBalancerType === "application";

export default makeRule(
  {
    name: "load-balancer-drop-invalid-headers",
    description: "Application Load Balancers drop HTTP headers that are not valid.",
    level: "remediate",
    severity: "medium",
    framework: securityHub("ELB.4", "Application Load Balancers drop invalid HTTP headers"),
    tags: ["checkov:CKV_AWS_131"],
    remediationSteps: "Set dropInvalidHeaderFields: true.",
    url: "https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html",
    types: LOAD_BALANCERS,
  },
  {
    resource({ props }, report) {
      const { loadBalancerType, dropInvalidHeaderFields } = props;
      if (loadBalancerType === UNKNOWN || dropInvalidHeaderFields === UNKNOWN) {
        report.unknown("dropInvalidHeaderFields");
      } else if (isApplication(props) && !isTrue(dropInvalidHeaderFields)) {
        report.fail("dropInvalidHeaderFields is not true.");
      }
    },
    remediate({ props }) {
      const fields = fieldsOf(props);
      const { dropInvalidHeaderFields } = fields;
      if (!isApplication(fields) || isTrue(dropInvalidHeaderFields)) {
        return undefined;
      }
      if (dropInvalidHeaderFields === UNKNOWN) {
        return undefined;
      }
      props.dropInvalidHeaderFields = true;
      return props;
    },
  },
);
