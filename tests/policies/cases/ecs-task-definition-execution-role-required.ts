import { ROLE } from "../../../policies/graph/tokens";
import rule from "../../../policies/rules/ecs-task-definition-execution-role-required";
import { type TestResource, unknown } from "../harness";
import { tutorialTaskDefinition, taskDefinition } from "../stacks";
import type { Cases } from "./case";

const newArn = (dependencies: Record<string, readonly string[]>): TestResource => ({
  ...taskDefinition({ executionRoleArn: unknown }),
  dependencies,
});
const role: TestResource = { type: ROLE, name: "execution", props: { assumeRolePolicy: "{}" } };

export default {
  rule,
  pass: {
    "a known role": [taskDefinition()],
    "a role that the same update creates": [newArn({ executionRoleArn: ["execution"] }), role],
    "a role inside a component": [
      newArn({ executionRoleArn: ["roles"] }),
      { type: "ecs-handson:iam:Roles", name: "roles", props: {} },
      { ...role, parent: "roles" },
    ],
  },
  fail: {
    "the first tutorial as it stands": [/executionRoleArn is absent/, [tutorialTaskDefinition]],
    "an empty ARN": [/absent or empty/, [taskDefinition({ executionRoleArn: "" })]],
    "a role beside a definition without one": [/absent/, [tutorialTaskDefinition, role]],
  },
  unknown: {
    "an ARN from nowhere": [newArn({})],
    "an ARN from another property's role": [newArn({ taskRoleArn: ["execution"] }), role],
    "an ARN from another kind of resource": [
      newArn({ executionRoleArn: ["other"] }),
      { type: "aws:s3/bucket:Bucket", name: "other", props: {} },
    ],
  },
  other: { type: "aws:ecs/cluster:Cluster", props: {} },
} satisfies Cases;
