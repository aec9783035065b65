import rule from "../../../policies/rules/ecs-service-no-public-ip";
import { type TestResource, unknown } from "../harness";
import { service } from "../stacks";
import type { Cases } from "./case";

const assigning = (assignPublicIp: unknown): TestResource[] =>
  ["aws:ecs/service:Service", "aws:ecs/taskSet:TaskSet"].map((type, index) => ({
    type,
    name: `s${index}`,
    props: { networkConfiguration: { assignPublicIp } },
  }));

export default {
  rule,
  pass: { "no value": [service(["tasks"])], "no address": assigning(false) },
  fail: {
    "a public address": [/assignPublicIp is true/, assigning(true)],
    "the text true": [/assignPublicIp is true/, assigning("true")],
  },
  unknown: {
    "whether one is assigned": assigning(unknown),
    "the network configuration": [
      { type: "aws:ecs/service:Service", props: { networkConfiguration: unknown } },
    ],
  },
  other: { type: "aws:ec2/instance:Instance", props: { associatePublicIpAddress: true } },
} satisfies Cases;
