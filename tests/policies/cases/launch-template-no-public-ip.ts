import rule from "../../../policies/rules/launch-template-no-public-ip";
import { type TestResource, unknown } from "../harness";
import type { Cases } from "./case";

const launchTemplate = (networkInterfaces: unknown): TestResource[] => [
  { type: "aws:ec2/launchTemplate:LaunchTemplate", props: { networkInterfaces } },
];
const other = (associatePublicIpAddress: unknown): TestResource[] =>
  ["instance:Instance", "launchConfiguration:LaunchConfiguration"].map((type, index) => ({
    type: `aws:ec2/${type}`,
    name: `i${String(index)}`,
    props: { associatePublicIpAddress },
  }));

export default {
  rule,
  pass: {
    "no network interfaces": launchTemplate(undefined),
    "a private network interface": launchTemplate([{ associatePublicIpAddress: "false" }]),
    "a private instance": other(false),
    "an instance that leaves it to the subnet": other(undefined),
  },
  fail: {
    "a public network interface": [
      /associatePublicIpAddress is true/,
      launchTemplate([{ deviceIndex: 0 }, { associatePublicIpAddress: "true" }]),
    ],
    "a public instance": [/associatePublicIpAddress is true/, other(true)],
  },
  unknown: {
    "the interfaces": launchTemplate(unknown),
    "an interface's address": launchTemplate([{ associatePublicIpAddress: unknown }]),
    "an instance's address": other(unknown),
  },
  other: { type: "aws:ec2/fleet:Fleet", props: { associatePublicIpAddress: true } },
} satisfies Cases;
