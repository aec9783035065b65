import rule from "../../../policies/rules/security-group-no-unrestricted-ingress";
import { unknown } from "../harness";
import { group, groupRule, ingressRule, inline } from "../stacks";
import type { Cases } from "./case";

const ssh = { fromPort: 22, toPort: 22 };
const slices = Array.from({ length: 4 }, (_, i) => ({
  ...ingressRule("g", { ...ssh, cidrIpv4: `${16 * (i + 1)}.0.0.0/9` }),
  name: `slice-${i}`,
}));
const all = { protocol: "-1", fromPort: 0, toPort: 0 };

export default {
  rule,
  pass: {
    "the same block in many rules": [
      group("g"),
      ...slices.map((rule) => ({ ...rule, props: { ...rule.props, cidrIpv4: "16.0.0.0/9" } })),
    ],
    "many blocks, each on its own port": [
      group("g"),
      ...slices.map((rule, i) => ({
        ...rule,
        props: { ...rule.props, fromPort: 1000 + i, toPort: 1000 + i },
      })),
    ],
    "a provider's IPv6 block": [groupRule("g", { ...ssh, ipv6CidrBlocks: ["2001:db8::/29"] })],
    "messages about packets that are too large": [
      groupRule("g", { protocol: "icmp", fromPort: 3, toPort: 4, cidrBlocks: ["0.0.0.0/0"] }),
    ],
    "an unknown group": [ingressRule("g", { ...ssh, referencedSecurityGroupId: unknown })],
    "web ports": [
      ingressRule("g", { cidrIpv4: "0.0.0.0/0" }),
      groupRule("g", { cidrBlocks: ["0.0.0.0/0"], fromPort: 443, toPort: 443 }),
      group("g", inline({ ipv6CidrBlocks: ["::/0"] })),
    ].map((resource) => ({ ...resource, dependencies: {} })),
    "an office": [group("g", inline({ ...ssh, cidrBlocks: ["203.0.113.0/24"] }))],
    "all private blocks": [
      group("g", inline({ ...all, cidrBlocks: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"] })),
    ],
    "a group": [ingressRule("g", { ...ssh, referencedSecurityGroupId: "sg-1" })],
    "egress to everywhere": [groupRule("g", { ...all, type: "egress", cidrBlocks: ["0.0.0.0/0"] })],
    "no inline rules": [group("g")],
    "web ports from an unknown block": [ingressRule("g", { cidrIpv4: unknown })],
  },
  fail: {
    "ssh from many blocks, one rule each": [
      /Its rules together allow tcp 22 from most of the internet/,
      [group("g"), ...slices],
    ],
    "ssh from many blocks, half of them inline": [
      /together allow tcp 22/,
      [
        group("g", {
          ingress: slices.map(({ props }) => ({
            ...ssh,
            protocol: "tcp",
            cidrBlocks: [(props as { cidrIpv4: string }).cidrIpv4],
          })),
        }),
      ],
    ],
    "ssh from a prefix list of the whole world": [
      /together allow tcp 22/,
      [
        group("g"),
        {
          type: "aws:ec2/managedPrefixList:ManagedPrefixList",
          name: "list",
          props: { entries: [{ cidr: "0.0.0.0/1" }, { cidr: "128.0.0.0/1" }] },
        },
        ingressRule(
          "g",
          { ...ssh, prefixListId: unknown },
          { dependencies: { prefixListId: ["list"] } },
        ),
      ],
    ],
    "most of IPv6 in a few blocks": [
      /2000::\/9, 2600::\/9/,
      [groupRule("g", { ...ssh, ipv6CidrBlocks: ["2000::/9", "2600::/9"] })],
    ],
    "ssh from the world": [
      /tcp 22 from the internet/,
      [ingressRule("g", { ...ssh, cidrIpv4: "0.0.0.0/0" })],
    ],
    "ssh from the IPv6 world": [/::\/0/, [ingressRule("g", { ...ssh, cidrIpv6: "::/0" })]],
    "the world in halves": [
      /0\.0\.0\.0\/1, 128\.0\.0\.0\/1/,
      [groupRule("g", { ...ssh, cidrBlocks: ["0.0.0.0/1", "128.0.0.0/1"] })],
    ],
    "half of the world": [/128/, [ingressRule("g", { ...ssh, cidrIpv4: "128.0.0.0/1" })]],
    "everything inline": [
      /all traffic/,
      [group("g", inline({ ...all, cidrBlocks: ["0.0.0.0/0"] }))],
    ],
    "udp on a web port": [
      /udp 443/,
      [ingressRule("g", { cidrIpv4: "0.0.0.0/0", ipProtocol: "udp", fromPort: 443, toPort: 443 })],
    ],
    "a range between web ports": [
      /80-443/,
      [ingressRule("g", { cidrIpv4: "0.0.0.0/0", toPort: 443 })],
    ],
    "no ports": [
      /from the internet/,
      [ingressRule("g", { cidrIpv4: "0.0.0.0/0", fromPort: null, toPort: null })],
    ],
    "the default group": [
      /tcp 22/,
      [
        {
          type: "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
          props: inline({ ...ssh, cidrBlocks: ["0.0.0.0/0"] }),
        },
      ],
    ],
    "a rule after a harmless one": [
      /tcp 22/,
      [
        group("g", {
          ingress: [
            { self: true, protocol: "-1" },
            { ...ssh, protocol: "tcp", cidrBlocks: ["0.0.0.0/0"] },
          ],
        }),
      ],
    ],
  },
  unknown: {
    "the block": [ingressRule("g", { ...ssh, cidrIpv4: unknown })],
    "one block of two": [groupRule("g", { ...ssh, cidrBlocks: ["10.0.0.0/8", unknown] })],
    "the port": [ingressRule("g", { cidrIpv4: "0.0.0.0/0", fromPort: unknown })],
    "the inline rules": [group("g", { ingress: unknown })],
  },
  configured: {
    "a port that may be open": [
      { enforcementLevel: "mandatory", allowedPorts: [22] },
      [ingressRule("g", { ...ssh, cidrIpv4: "0.0.0.0/0" })],
    ],
    "a web port that may not": [
      { enforcementLevel: "mandatory", allowedPorts: [443] },
      [ingressRule("g", { cidrIpv4: "0.0.0.0/0" })],
      /only TCP ports 443/,
    ],
    "an unknown block where unknowns fail": [
      { enforcementLevel: "mandatory", onUnknown: "fail" },
      [ingressRule("g", { ...ssh, cidrIpv4: unknown })],
      /not known yet/,
    ],
  },
  other: {
    type: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    props: { cidrIpv4: "0.0.0.0/0", ipProtocol: "-1" },
  },
} satisfies Cases;
