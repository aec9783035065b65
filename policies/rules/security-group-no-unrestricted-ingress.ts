import { isWorldOpen, parseCidr } from "../graph/cidr";
import { ingressOf, mayBeIngress, opensOnlyPorts, portsText } from "../graph/securityGroups";
import { INGRESS_RULE, SECURITY_GROUP_RULE, SECURITY_GROUPS } from "../graph/tokens";
import { items, toText, UNKNOWN } from "../graph/value";
import { checkov } from "../lib/frameworks";
import { makeRule } from "../lib/rule";

interface Settings {
  readonly allowedPorts: readonly number[];
}

export default makeRule<Settings>(
  {
    name: "security-group-no-unrestricted-ingress",
    description: "Security groups are open to the internet on web ports only.",
    level: "mandatory",
    severity: "critical",
    framework: checkov("CKV_AWS_277", "No ingress from 0.0.0.0/0 to every port"),
    tags: ["checkov:CKV_AWS_24", "checkov:CKV_AWS_25", "checkov:CKV_AWS_260"],
    remediationSteps: "Allow narrower CIDR blocks or a security group, or only the allowed ports.",
    url: "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
    types: [...SECURITY_GROUPS, SECURITY_GROUP_RULE, INGRESS_RULE],
    settings: {
      allowedPorts: {
        type: "array",
        items: { type: "integer", minimum: 0, maximum: 65535 },
        description: "TCP ports that may be open to the internet.",
        default: [80, 443],
      },
    },
  },
  {
    // What one resource shows by itself, so it holds even where the preview is skipped.
    resource({ type, urn, props, settings }, report) {
      const inline = SECURITY_GROUPS.includes(type);
      const rules = inline ? items(props.ingress) : [props].filter(mayBeIngress);
      for (const rule of rules) {
        const ingress = ingressOf(rule, { urn, propertyDependencies: {} });
        const webOnly = opensOnlyPorts(ingress, settings.allowedPorts);
        if (webOnly === true) {
          continue;
        }
        const cidrs = ingress.sources.filter(({ kind }) => kind === "cidr");
        const blocks = cidrs
          .map(({ value }) => (typeof value === "string" ? parseCidr(value) : undefined))
          .filter((block) => block !== undefined);
        const open = isWorldOpen(blocks);
        if (open && webOnly === false) {
          const from = cidrs.map(({ value }) => toText(value)).join(", ");
          report.fail(
            `It allows ${portsText(ingress)} from the internet (${from}); only TCP ports ` +
              `${settings.allowedPorts.join(", ")} may be open to it.`,
          );
        } else if (open) {
          report.unknown("Which ports are open to the internet");
        } else if (ingress.sources.some(({ value }) => value === UNKNOWN)) {
          report.unknown(`Who may send ${portsText(ingress)}`);
        }
      }
    },
  },
);
