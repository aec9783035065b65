import rule from "../../../policies/rules/load-balancer-security-group-allowed-ports";
import { type TestResource, unknown } from "../harness";
import { group, groupRule, ingressRule, loadBalancer, vpc } from "../stacks";
import type { Cases } from "./case";

const stack = (rule: TestResource, props: object = {}): TestResource[] => [
  vpc(),
  group("public"),
  loadBalancer(["public"], props),
  rule,
];
const world = { cidrIpv4: "0.0.0.0/0" };
const ssh = { fromPort: 22, toPort: 22 };
/** SSH from a /9 in every `step`th /8, one rule each. */
const slices = (target: string, step: number): TestResource[] =>
  Array.from({ length: Math.ceil(64 / step) }, (_, i) => ({
    ...ingressRule(target, { ...ssh, cidrIpv4: `${i * step + 16}.0.0.0/9` }),
    name: `slice-${i}`,
  }));

export default {
  rule,
  pass: {
    "an office on another port": stack(
      groupRule("public", { ...ssh, cidrBlocks: ["203.0.113.0/29"] }),
    ),
    "a company's network, for an internal balancer": stack(
      ingressRule("public", { cidrIpv4: "10.0.0.0/8" }),
      { internal: true },
    ),
    "messages about packets that are too large": [
      ...stack(ingressRule("public", { ...world, ipProtocol: "icmp", fromPort: 3, toPort: 4 })),
      {
        ...ingressRule("public", {
          cidrIpv6: "::/0",
          ipProtocol: "icmpv6",
          fromPort: 2,
          toPort: 0,
        }),
        name: "ipv6",
      },
    ],
    "a group as the source": [
      ...stack(groupRule("public", { ...ssh, sourceSecurityGroupId: unknown })),
    ],
    "the world on a web port": stack(ingressRule("public", world)),
    "the world on a web port, for an explicitly public balancer": stack(
      ingressRule("public", world),
      { internal: false },
    ),
    "the VPC on any port": stack(ingressRule("public", { ...ssh, cidrIpv4: "10.0.0.0/16" })),
    "the VPC, for an internal balancer": stack(ingressRule("public", { cidrIpv4: "10.0.0.0/16" }), {
      internal: true,
    }),
    "a group that no load balancer uses": [
      vpc(),
      group("bastion"),
      ingressRule("bastion", { ...ssh, ...world }),
    ],
  },
  fail: {
    "the world on another port": [
      /public of the load balancer alb allows tcp 22 from 0\.0\.0\.0\/0/,
      stack(ingressRule("public", { ...ssh, ...world })),
    ],
    "the world on another port, in a group that is read from the balancer": [
      /tcp 22 from 0\.0\.0\.0\/0/,
      stack({
        ...ingressRule("public", { ...ssh, ...world }),
        dependencies: { securityGroupId: ["alb"] },
      }),
    ],
    "most of the world, one block per rule": [
      /tcp 22 from most of the internet/,
      [vpc(), group("public"), loadBalancer(["public"]), ...slices("public", 16)],
    ],
    "most of IPv6 in two blocks": [
      /2000::\/9/,
      stack(groupRule("public", { ...ssh, ipv6CidrBlocks: ["2000::/9", "2a00::/9"] })),
    ],
    "every port": [
      /all traffic/,
      stack(groupRule("public", { protocol: "-1", cidrBlocks: ["0.0.0.0/0"] })),
    ],
    "the world, for an internal balancer": [
      /0\.0\.0\.0\/0/,
      stack(ingressRule("public", world), { internal: true }),
    ],
    "a balancer of the alb module": [
      /tcp 22/,
      [
        vpc(),
        group("public"),
        loadBalancer(["public"], {}, "aws:alb/loadBalancer:LoadBalancer"),
        ingressRule("public", { ...ssh, ...world }),
      ],
    ],
    "a classic balancer": [
      /tcp 22/,
      [
        vpc(),
        group("public"),
        loadBalancer(["public"], {}, "aws:elb/loadBalancer:LoadBalancer"),
        ingressRule("public", { ...ssh, ...world }),
      ],
    ],
  },
  unknown: {
    "which group a rule opens": [
      ...stack({ ...ingressRule("x", { ...ssh, ...world }), dependencies: {} }),
    ],
    "the port": stack(ingressRule("public", { ...world, fromPort: unknown })),
    "the source": stack(ingressRule("public", { ...ssh, cidrIpv4: unknown })),
    "whether it is internal": stack(ingressRule("public", world), { internal: unknown }),
    "its groups": [vpc(), loadBalancer(["public"], { securityGroups: unknown })],
  },
  configured: {
    "a port that may be open": [
      { enforcementLevel: "mandatory", allowedPorts: [8443] },
      stack(ingressRule("public", { ...world, fromPort: 8443, toPort: 8443 })),
    ],
    "a web port that may not": [
      { enforcementLevel: "mandatory", allowedPorts: [443] },
      stack(ingressRule("public", world)),
      /tcp 80/,
    ],
  },
  other: { type: "aws:ec2/networkAcl:NetworkAcl", props: {} },
} satisfies Cases;
