import {
  DEFAULT_SECURITY_GROUP,
  EGRESS_RULE,
  SECURITY_GROUP,
  SECURITY_GROUP_RULE,
} from "../graph/tokens";
import { field, type Fields, items, toText, UNKNOWN, type Value } from "../graph/value";
import { checkov } from "../lib/frameworks";
import { makeRule } from "../lib/rule";

const EVERYWHERE = ["0.0.0.0/0", "::/0"];
const PROTOCOLS = ["protocol", "ipProtocol"];
const BLOCKS = ["cidrBlocks", "ipv6CidrBlocks", "cidrIpv4", "cidrIpv6"];

/** The egress rules in a resource of any type. */
function rulesOf(type: string, props: Fields): readonly Value[] {
  if (type === SECURITY_GROUP_RULE) return props.type === "ingress" ? [] : [props];
  return type === EGRESS_RULE ? [props] : items(props.egress);
}

export default makeRule(
  {
    name: "security-group-egress-limited",
    description: "Security groups do not allow all traffic to everywhere.",
    level: "advisory",
    severity: "low",
    framework: checkov("CKV_AWS_382", "No security groups allow egress from 0.0.0.0/0 to port -1"),
    remediationSteps:
      "Limit the rule to the ports that are needed, such as 443, or to a block or a group.",
    url: "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
    types: [SECURITY_GROUP, DEFAULT_SECURITY_GROUP, SECURITY_GROUP_RULE, EGRESS_RULE],
  },
  {
    resource({ type, props }, report) {
      for (const rule of rulesOf(type, props)) {
        const protocols = PROTOCOLS.map((name) => field(rule, name));
        const blocks = BLOCKS.flatMap((name) => items(field(rule, name)));
        const isAll = protocols.some((each) => ["-1", "all"].includes(toText(each)));
        if (isAll && blocks.some((each) => EVERYWHERE.includes(toText(each)))) {
          report.fail("A rule allows every protocol and port to everywhere.");
        } else if ([rule, props.type, ...protocols, ...blocks].includes(UNKNOWN)) {
          report.unknown(rule === UNKNOWN ? "egress" : "What a rule allows out");
        }
      }
    },
  },
);
