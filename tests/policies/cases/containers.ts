import { unknown } from "../harness";
import { taskDefinition } from "../stacks";
import type { Cases } from "./case";

/** Containers that no rule on containers can read. */
export const unreadable = {
  "containers that are not JSON": [
    /not a JSON list/,
    [taskDefinition({ containerDefinitions: "nginx" })],
  ],
  "containers that are not a list": [
    /not a JSON list/,
    [taskDefinition({ containerDefinitions: "{}" })],
  ],
  "a list of something else": [
    /not a JSON list/,
    [taskDefinition({ containerDefinitions: "[1]" })],
  ],
  "no containers at all": [/not a JSON list/, [taskDefinition({ containerDefinitions: null })]],
} satisfies Cases["fail"];

/** Further examples for such a rule: containers that are known later, and a resource of another type. */
export const unknownOrOther = {
  unknown: { "the containers": [taskDefinition({ containerDefinitions: unknown })] },
  other: { type: "aws:batch/jobDefinition:JobDefinition", props: { containerDefinitions: "x" } },
} satisfies Pick<Cases, "unknown" | "other">;
