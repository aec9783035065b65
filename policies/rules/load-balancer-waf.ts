import { propsOf } from "../graph/inputs";
import { LOAD_BALANCERS, WAF_ASSOCIATION } from "../graph/tokens";
import { isTrue, toText, UNKNOWN } from "../graph/value";
import { reportLacking } from "../lib/companions";
import { securityHub } from "../lib/frameworks";
import { makeRule } from "../lib/rule";

export default makeRule(
  {
    name: "load-balancer-waf",
    description: "Application Load Balancers that the internet reaches are protected by AWS WAF.",
    level: "advisory",
    severity: "medium",
    framework: securityHub(
      "ELB.16",
      "Application Load Balancers are associated with an AWS WAF web ACL",
    ),
    tags: ["checkov:CKV2_AWS_28"],
    remediationSteps:
      "Add an aws.wafv2.WebAclAssociation with the load balancer's ARN as resourceArn.",
    url: "https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-associating-aws-resource.html",
    types: [...LOAD_BALANCERS, WAF_ASSOCIATION],
  },
  {
    stack({ resources }, report) {
      const companions = {
        of: LOAD_BALANCERS,
        type: WAF_ASSOCIATION,
        by: "resourceArn",
        needs: (resource: (typeof resources)[number]) => {
          const { internal, loadBalancerType } = propsOf(resource);
          const isOther = toText(loadBalancerType ?? "application") !== "application";
          return (!isOther || loadBalancerType === UNKNOWN) && !isTrue(internal);
        },
      };
      reportLacking(resources, companions, report, "No web ACL of AWS WAF protects it.");
    },
  },
);
