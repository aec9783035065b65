import { isOpen, openTogether } from "../graph/exposure";
import { propsOf } from "../graph/inputs";
import {
  GRAPH_TYPES,
  type Ingress,
  opensOnlyPorts,
  portsText,
  securityGroupGraph,
} from "../graph/securityGroups";
import { isTrue, toText, UNKNOWN } from "../graph/value";
import { NETWORK_SETTINGS_SCHEMA, type NetworkSettings, vpcScope } from "../graph/vpcScope";
import { securityHub } from "../lib/frameworks";
import { makeRule } from "../lib/rule";

interface Settings extends NetworkSettings {
  readonly allowedPorts: readonly number[];
}

export default makeRule<Settings>(
  {
    name: "load-balancer-security-group-allowed-ports",
    description:
      "Load balancers are open to the internet on the allowed ports only, internal ones on none.",
    level: "mandatory",
    severity: "high",
    framework: securityHub(
      "EC2.18",
      "Security groups only allow unrestricted incoming traffic for authorized ports",
    ),
    remediationSteps: "Open the allowed ports only, or restrict the source to its actual clients.",
    url: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-update-security-groups.html",
    types: GRAPH_TYPES,
    settings: {
      ...NETWORK_SETTINGS_SCHEMA,
      allowedPorts: {
        type: "array",
        items: { type: "integer", minimum: 0, maximum: 65535 },
        description: "TCP ports that the internet may reach.",
        default: [80, 443],
      },
    },
  },
  {
    stack({ resources, settings }, report) {
      const graph = securityGroupGraph(resources);
      const scope = vpcScope(resources, settings);
      for (const { resource, groups, unresolved } of graph.loadBalancers) {
        const internal = isTrue(propsOf(resource).internal);
        const isInternalKnown = propsOf(resource).internal !== UNKNOWN;
        if (unresolved) {
          report.unknown(`Which security groups ${resource.name} uses`, resource.urn);
        }
        // Nobody outside the VPC may reach an internal one, on any port.
        const allowedPorts = internal ? [] : settings.allowedPorts;
        const isAllowed = (ingress: Ingress): boolean | undefined =>
          isInternalKnown ? opensOnlyPorts(ingress, allowedPorts) : undefined;
        for (const group of groups) {
          const text = (ingress: Ingress, from: string): string =>
            `The security group ${group.name} of the load balancer ${resource.name} allows ` +
            `${portsText(ingress)} from ${from}`;
          const rules = group.ingress.filter((ingress) => isAllowed(ingress) !== true);
          for (const ingress of rules) {
            const doubts = ingress.sources.map((source) => scope.doubt(source, group));
            const isSure =
              isAllowed(ingress) === false ||
              opensOnlyPorts(ingress, settings.allowedPorts) === false;
            if (isOpen(ingress, resources)) {
              const internet = text(ingress, `${sourcesText(ingress)}, which is the internet.`);
              if (isSure) report.fail(internet, ingress.urn);
              else report.unknown(text(ingress, "the internet, which"), ingress.urn);
            } else if (
              ingress.sources.some(({ kind }, i) => kind !== "group" && doubts[i]?.unknown)
            ) {
              report.unknown(text(ingress, "a source that"), ingress.urn);
            }
          }
          for (const ingress of openTogether(rules, resources).slice(0, 1)) {
            report.fail(text(ingress, "most of the internet, with its other rules."), ingress.urn);
          }
        }
        for (const ingress of groups.length > 0 ? graph.orphans : []) {
          if (isAllowed(ingress) !== true) {
            report.unknown(`Whether ${resource.name} lets in ${portsText(ingress)}`, ingress.urn);
          }
        }
      }
    },
  },
);

function sourcesText({ sources }: Ingress): string {
  return sources.map(({ value }) => toText(value)).join(", ");
}
