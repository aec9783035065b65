import rule from "../../../policies/rules/security-group-egress-limited";
import { type TestResource, unknown } from "../harness";
import type { Cases } from "./case";

const group = "aws:ec2/securityGroup:SecurityGroup";
const inline = (rule: unknown): TestResource[] => [{ type: group, props: { egress: [rule] } }];
const old = (props: object): TestResource[] => [
  { type: "aws:ec2/securityGroupRule:SecurityGroupRule", props },
];
const single = (props: object): TestResource[] => [
  { type: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", props },
];
const all = { protocol: "-1", cidrBlocks: ["0.0.0.0/0"] };
const everything = /every protocol and port to everywhere/;

export default {
  rule,
  pass: {
    "no rules": [{ type: group, props: {} }],
    "a port": inline({ protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["0.0.0.0/0"] }),
    "a block": inline({ ...all, cidrBlocks: ["10.0.0.0/16"] }),
    ingress: [{ type: group, props: { ingress: [all] } }],
    "ingress in a separate rule": old({ ...all, type: "ingress" }),
    "a port in a SecurityGroupEgressRule": single({
      ipProtocol: "tcp",
      fromPort: 443,
      cidrIpv4: "0.0.0.0/0",
    }),
  },
  fail: {
    everything: [everything, inline(all)],
    "everything over IPv6": [everything, inline({ protocol: "all", ipv6CidrBlocks: ["::/0"] })],
    "everything from the default group": [
      everything,
      [{ type: "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", props: { egress: [all] } }],
    ],
    "everything in a separate rule": [everything, old({ ...all, type: "egress" })],
    "everything in a SecurityGroupEgressRule": [
      everything,
      single({ ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" }),
    ],
  },
  unknown: {
    "the rules": [{ type: group, props: { egress: unknown } }],
    "a block": inline({ ...all, cidrBlocks: [unknown] }),
    "a rule's direction": old({ protocol: "tcp", type: unknown }),
  },
  other: { type: "aws:ec2/networkAcl:NetworkAcl", props: { egress: [all] } },
} satisfies Cases;
