import rule from "../../../policies/rules/vpc-default-security-group-closed";
import { type TestResource, unknown } from "../harness";
import type { Cases } from "./case";

const vpc: TestResource = { type: "aws:ec2/vpc:Vpc", name: "vpc", props: {} };
const defaultGroup = (props: object): TestResource => ({
  type: "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
  name: "default",
  props: { vpcId: unknown, ...props },
  dependencies: { vpcId: ["vpc"] },
});
const everyVpc = { enforcementLevel: "advisory" as const, everyVpc: true };

export default {
  rule,
  pass: {
    "a VPC without one, unless every VPC must have one": [vpc],
    "a closed group": [vpc, defaultGroup({})],
    "a group with empty lists": [vpc, defaultGroup({ ingress: [], egress: [] })],
  },
  fail: {
    "a group that allows ingress": [/has rules/, [defaultGroup({ ingress: [{ self: true }] })]],
    "a group that allows egress": [/has rules/, [defaultGroup({ egress: [{ protocol: "-1" }] })]],
  },
  unknown: { "its rules": [defaultGroup({ ingress: unknown })] },
  configured: {
    "a VPC with a closed group": [everyVpc, [vpc, defaultGroup({})]],
    "a VPC without one": [everyVpc, [vpc], /reach each other/],
  },
  other: {
    type: "aws:ec2/securityGroup:SecurityGroup",
    props: { ingress: [{ protocol: "-1" }] },
  },
} satisfies Cases;
