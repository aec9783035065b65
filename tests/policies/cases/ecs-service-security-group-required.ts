import rule from "../../../policies/rules/ecs-service-security-group-required";
import { type TestResource, unknown } from "../harness";
import { service } from "../stacks";
import type { Cases } from "./case";

const withNetwork = (networkConfiguration: unknown, more: object = {}): TestResource[] =>
  ["aws:ecs/service:Service", "aws:ecs/taskSet:TaskSet"].map((type, index) => ({
    type,
    name: `s${index}`,
    props: { networkConfiguration, ...more },
  }));

export default {
  rule,
  pass: {
    "a new group": [service(["tasks"])],
    "a known group": withNetwork({ securityGroups: ["sg-1"] }),
    "a service whose task sets bring their own": withNetwork(undefined, {
      deploymentController: { type: "EXTERNAL" },
    }),
  },
  fail: {
    "no groups": [/default group would apply/, withNetwork({ subnets: ["subnet-1"] })],
    "an empty list": [/default group would apply/, withNetwork({ securityGroups: [] })],
    "an empty id": [/default group would apply/, withNetwork({ securityGroups: [""] })],
    "no network configuration": [/default group would apply/, withNetwork(undefined)],
  },
  unknown: {
    "the groups": withNetwork({ securityGroups: unknown }),
    "the network configuration": withNetwork(unknown),
  },
  other: { type: "aws:ecs/cluster:Cluster", props: {} },
} satisfies Cases;
