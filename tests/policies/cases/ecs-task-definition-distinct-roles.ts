import { ROLE } from "../../../policies/graph/tokens";
import rule from "../../../policies/rules/ecs-task-definition-distinct-roles";
import { type TestResource, unknown } from "../harness";
import { taskDefinition } from "../stacks";
import type { Cases } from "./case";

const role = (name: string): TestResource => ({
  type: ROLE,
  name,
  props: { assumeRolePolicy: "{}" },
});
const newRoles = (execution: string[], task: string[]): TestResource[] => [
  {
    ...taskDefinition({ executionRoleArn: unknown, taskRoleArn: unknown }),
    dependencies: { executionRoleArn: execution, taskRoleArn: task },
  },
  role("execution"),
  role("task"),
];
const arn = "arn:aws:iam::123456789012:role/execution";

export default {
  rule,
  pass: {
    "no task role": [taskDefinition()],
    "two roles": [taskDefinition({ taskRoleArn: "arn:aws:iam::123456789012:role/task" })],
    "two new roles": newRoles(["execution"], ["task"]),
    "a new execution role and no task role": [
      { ...taskDefinition({ executionRoleArn: unknown }), dependencies: {} },
    ],
  },
  fail: {
    "one role for both": [/the same role/, [taskDefinition({ taskRoleArn: arn })]],
    "one new role for both": [/both come from task/, newRoles(["task"], ["task"])],
  },
  unknown: {
    "where the task role comes from": newRoles(["execution"], []),
    "where the execution role comes from": newRoles([], ["task"]),
    "the task role beside a known execution role": [taskDefinition({ taskRoleArn: unknown })],
  },
  other: { type: "aws:lambda/function:Function", props: { role: "x" } },
} satisfies Cases;
