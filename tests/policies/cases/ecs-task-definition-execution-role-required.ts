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

const trust = (Service: unknown) => ({
  Effect: "Allow",
  Action: "sts:AssumeRole",
  Principal: { Service },
});
const roleOf = (statement: unknown): TestResource => ({
  ...role,
  props: {
    assumeRolePolicy: statement === unknown ? unknown : JSON.stringify({ Statement: [statement] }),
  },
});
const assumed = (statement: unknown): TestResource[] => [
  newArn({ executionRoleArn: ["execution"] }),
  roleOf(statement),
];

export default {
  rule,
  pass: {
    "a role that ECS tasks may assume": assumed(trust("ecs-tasks.amazonaws.com")),
    "a role that everybody may assume": assumed({ ...trust(""), Principal: "*" }),
    "a role that several services may assume": assumed(
      trust(["ec2.amazonaws.com", "ecs-tasks.amazonaws.com"]),
    ),
    "two roles of one component": [
      { type: "remote:index:Roles", name: "component", props: {} },
      { ...roleOf(trust("ecs-tasks.amazonaws.com")), parent: "component" },
      { ...roleOf(trust("ec2.amazonaws.com")), name: "other", parent: "component" },
      newArn({ executionRoleArn: ["component", "execution"] }),
    ],
    "a known role": [taskDefinition()],
    "a role that the same update creates": [newArn({ executionRoleArn: ["execution"] }), role],
    "a role inside a component": [
      newArn({ executionRoleArn: ["roles"] }),
      { type: "ecs-handson:iam:Roles", name: "roles", props: {} },
      { ...role, parent: "roles" },
    ],
  },
  fail: {
    "a blank ARN": [/absent or empty/, [taskDefinition({ executionRoleArn: "  " })]],
    "a role that only instances may assume": [
      /ECS may not assume the execution role execution/,
      assumed(trust("ec2.amazonaws.com")),
    ],
    "a role that ECS tasks may not assume": [
      /may not assume/,
      assumed({ ...trust("ecs-tasks.amazonaws.com"), Effect: "Deny" }),
    ],
    "a role that ECS tasks may only tag": [
      /may not assume/,
      assumed({ ...trust("ecs-tasks.amazonaws.com"), Action: "sts:TagSession" }),
    ],
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
  later: {
    "who may assume the role": assumed(unknown),
    "which service may assume the role": [
      newArn({ executionRoleArn: ["execution"] }),
      { ...role, props: { assumeRolePolicy: { Statement: [trust(unknown)] } } },
    ],
  },
  other: { type: "aws:ecs/cluster:Cluster", props: {} },
} satisfies Cases;
