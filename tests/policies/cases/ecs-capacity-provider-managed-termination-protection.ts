import rule from "../../../policies/rules/ecs-capacity-provider-managed-termination-protection";
import { type TestResource, unknown } from "../harness";
import type { Cases } from "./case";

const enabled = {
  managedTerminationProtection: "ENABLED",
  managedScaling: { status: "ENABLED" },
  autoScalingGroupArn: unknown,
};
const provider = (autoScalingGroupProvider: unknown): TestResource => ({
  type: "aws:ecs/capacityProvider:CapacityProvider",
  name: "capacity",
  props: { autoScalingGroupProvider },
  dependencies: { autoScalingGroupProvider: ["instances"] },
});
const group = (protectFromScaleIn: unknown): TestResource => ({
  type: "aws:autoscaling/group:Group",
  name: "instances",
  props: { protectFromScaleIn },
});

export default {
  rule,
  pass: {
    "protection of protected instances": [provider(enabled), group(true)],
    "a group outside the stack": [provider(enabled)],
    "a group without a provider": [group(false)],
    "instances that ECS manages": [
      {
        type: "aws:ecs/capacityProvider:CapacityProvider",
        name: "managed",
        props: { cluster: "managed", managedInstancesProvider: { propagateTags: "NONE" } },
      },
    ],
  },
  fail: {
    "no protection": [
      /managedTerminationProtection is not ENABLED/,
      [provider({ ...enabled, managedTerminationProtection: "DISABLED" }), group(false)],
    ],
    "protection left to the default": [
      /managedTerminationProtection is not ENABLED/,
      [provider({ managedScaling: { status: "ENABLED" } })],
    ],
    "protection without managed scaling": [
      /managedScaling.status is not ENABLED/,
      [provider({ ...enabled, managedScaling: { status: "DISABLED" } }), group(true)],
    ],
    "protection of instances that may be scaled in": [
      /protectFromScaleIn is not true/,
      [provider(enabled), group(false)],
    ],
  },
  unknown: {
    "the protection": [provider({ ...enabled, managedTerminationProtection: unknown })],
    "the scaling": [provider({ ...enabled, managedScaling: unknown })],
    "the provider": [provider(unknown)],
    "the group's protection": [provider(enabled), group(unknown)],
  },
  other: { type: "aws:ec2/instance:Instance", props: {} },
} satisfies Cases;
