import { isOpen, openTogether } from "../graph/exposure";
import { prefixListBlocks } from "../graph/prefixLists";
import {
  GRAPH_TYPES,
  ingressOf,
  mayBeIngress,
  opensOnlyPorts,
  portsText,
  securityGroupGraph,
} from "../graph/securityGroups";
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
    types: GRAPH_TYPES,
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
    // What is wrong with one resource by itself, which is found even if the preview is skipped.
    resource({ type, urn, props, settings }, report) {
      if (![...SECURITY_GROUPS, SECURITY_GROUP_RULE, INGRESS_RULE].includes(type)) return;
      const inline = SECURITY_GROUPS.includes(type);
      const rules = inline ? items(props.ingress) : [props].filter(mayBeIngress);
      for (const rule of rules) {
        const ingress = ingressOf(rule, { urn, propertyDependencies: {} });
        const webOnly = opensOnlyPorts(ingress, settings.allowedPorts);
        if (webOnly === true) {
          continue;
        }
        const cidrs = ingress.sources.filter(({ kind }) => kind === "cidr");
        const open = isOpen(ingress);
        if (open && webOnly === false) {
          const from = cidrs.map(({ value }) => toText(value)).join(", ");
          report.fail(
            `It allows ${portsText(ingress)} from the internet (${from}); only TCP ports ` +
              `${settings.allowedPorts.join(", ")} may be open to it.`,
          );
        } else if (open) {
          report.unknown("Which ports are open to the internet");
        } else if (
          // No group is the internet; a prefix list is checked with the stack.
          ingress.sources.some(
            ({ kind, value }) => ["cidr", "nothing"].includes(kind) && value === UNKNOWN,
          )
        ) {
          report.unknown(rule === UNKNOWN ? "ingress" : `Who may send ${portsText(ingress)}`);
        }
      }
    },
    // What is wrong only with all rules of a group together.
    stack({ resources, settings }, report) {
      for (const { resource, ingress } of securityGroupGraph(resources).groups) {
        const wide = ingress.filter((rule) => opensOnlyPorts(rule, settings.allowedPorts) !== true);
        const [open] = openTogether(wide, resources);
        for (const { sources, urn } of wide) {
          const lists = sources.filter(({ kind }) => kind === "prefix list");
          if (lists.some((list) => prefixListBlocks(list, resources)?.includes(UNKNOWN))) {
            report.unknown("What is in a prefix list", urn);
          }
        }
        if (open) {
          report.fail(
            `Its rules together allow ${portsText(open)} from most of the internet; only TCP ports ` +
              `${settings.allowedPorts.join(", ")} may be open to it.`,
            resource?.urn,
          );
        }
      }
    },
  },
);
