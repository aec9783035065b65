import {
  type Group,
  GRAPH_TYPES,
  type GroupUser,
  type Ingress,
  portsText,
  securityGroupGraph,
} from "../graph/securityGroups";
import {
  type Doubt,
  NETWORK_SETTINGS_SCHEMA,
  type NetworkSettings,
  vpcScope,
} from "../graph/vpcScope";
import {
  EXPRESS_SERVICE,
  GROUP_VPC_ASSOCIATION,
  INGRESS_RULE,
  PREFIX_LIST,
  SECURITY_GROUP_RULE,
  SECURITY_GROUPS,
  TASK_RUNNERS,
} from "../graph/tokens";
import { tutorial } from "../lib/frameworks";
import { makeRule } from "../lib/rule";

export default makeRule<NetworkSettings>(
  {
    name: "ecs-service-security-group-vpc-only",
    description: "Security groups of ECS services let in traffic from inside their VPC only.",
    level: "mandatory",
    severity: "critical",
    framework: tutorial("Service: the security group allows ingress from the same VPC only"),
    remediationSteps:
      "Allow the VPC's CIDR block or the load balancer's security group, give services and load " +
      "balancers groups of their own, and name groups from outside the stack in " +
      "trustedSecurityGroupIds.",
    url: "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
    types: GRAPH_TYPES,
    guards: [
      ...TASK_RUNNERS,
      EXPRESS_SERVICE,
      ...SECURITY_GROUPS,
      ...[SECURITY_GROUP_RULE, INGRESS_RULE, GROUP_VPC_ASSOCIATION, PREFIX_LIST],
    ],
    settings: NETWORK_SETTINGS_SCHEMA,
    required: true,
  },
  {
    stack({ resources, settings }, report) {
      const graph = securityGroupGraph(resources);
      const scope = vpcScope(resources, settings);
      const reportDoubt = (
        { text, unknown }: Doubt,
        message: (what: string) => string,
        urn: string,
      ) => {
        (unknown ? report.unknown : report.fail)(message(text), urn);
      };

      const checkIngress = (service: GroupUser, group: Group, ingress: Ingress) => {
        for (const source of ingress.sources) {
          const doubt = scope.doubt(source, group, service.resource);
          const message = (what: string) =>
            `The security group ${group.name} of the ECS service ${service.resource.name} allows ` +
            `${portsText(ingress)} from ${what}`;
          if (doubt) {
            reportDoubt(doubt, message, ingress.urn);
          }
        }
      };

      for (const service of graph.services) {
        const { name, urn } = service.resource;
        if (service.unresolved) {
          report.unknown(`Which security groups the ECS service ${name} uses`, urn);
        } else if (service.later) {
          report.later(`Which of its stack's security groups the ECS service ${name} uses`, urn);
        }
        for (const group of service.groups) {
          const { resource } = group;
          if (!resource && !settings.trustedSecurityGroupIds.includes(group.name)) {
            report.fail(
              `The ECS service ${name} uses the security group ${group.name}, which is neither in ` +
                "the stack nor trusted.",
              urn,
            );
          }
          for (const other of graph.loadBalancers.filter(({ groups }) => groups.includes(group))) {
            report.fail(
              `The ECS service ${name} and the load balancer ${other.resource.name} share the ` +
                `security group ${group.name}: give each its own.`,
              resource?.urn ?? urn,
            );
          }
          [...group.ingress, ...graph.orphans].forEach((ingress) => {
            checkIngress(service, group, ingress);
          });
        }
      }
    },
  },
);
