import { propsOf } from "../graph/inputs";
import {
  GRAPH_TYPES,
  opensOnlyPorts,
  portsText,
  securityGroupGraph,
} from "../graph/securityGroups";
import { isTrue, UNKNOWN } from "../graph/value";
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
      "Load balancers are open on the allowed ports only, internal ones to their VPC only.",
    level: "mandatory",
    severity: "high",
    framework: securityHub(
      "EC2.18",
      "Security groups only allow unrestricted incoming traffic for authorized ports",
    ),
    remediationSteps: "Open the allowed ports only, or narrow the source to the VPC or a group.",
    url: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-update-security-groups.html",
    types: GRAPH_TYPES,
    settings: {
      ...NETWORK_SETTINGS_SCHEMA,
      allowedPorts: {
        type: "array",
        items: { type: "integer", minimum: 0, maximum: 65535 },
        description: "TCP ports that sources outside the VPC may reach.",
        default: [80, 443],
      },
    },
  },
  {
    stack({ resources, settings }, report) {
      const graph = securityGroupGraph(resources);
      const scope = vpcScope(resources, settings);
      for (const { resource, groups, unresolved } of graph.loadBalancers) {
        const { internal } = propsOf(resource);
        if (unresolved) {
          report.unknown(`Which security groups ${resource.name} uses`, resource.urn);
        }
        const rules = groups.flatMap((group) =>
          group.ingress.map((ingress) => ({ group, ingress })),
        );
        for (const { group, ingress } of rules) {
          const allowed = opensOnlyPorts(ingress, settings.allowedPorts);
          for (const source of ingress.sources) {
            const doubt = scope.doubt(source, group);
            if (!doubt || (allowed === true && internal !== UNKNOWN && !isTrue(internal))) {
              continue;
            }
            const text =
              `The security group ${group.name} of the load balancer ${resource.name} allows ` +
              `${portsText(ingress)} from ${doubt.text}`;
            const open =
              doubt.unknown || allowed === undefined || (allowed && internal === UNKNOWN);
            (open ? report.unknown : report.fail)(text, ingress.urn);
          }
        }
      }
    },
  },
);
