import { unknown } from "../harness";
import { taskDefinition } from "../stacks";
import type { Cases } from "./case";

/** Containers that no rule on containers can read. */
export const unreadable = {
  "containers that are no JSON": [
    /not a JSON list/,
    [taskDefinition({ containerDefinitions: "nginx" })],
  ],
  "containers that are no list": [
    /not a JSON list/,
    [taskDefinition({ containerDefinitions: "{}" })],
  ],
  "a list of something else": [
    /not a JSON list/,
    [taskDefinition({ containerDefinitions: "[1]" })],
  ],
  "no containers at all": [/not a JSON list/, [taskDefinition({ containerDefinitions: null })]],
} satisfies Cases["fail"];

/** What else such a rule is tried with: containers that are known later, and another type's. */
export const unknownOrOther = {
  unknown: { "the containers": [taskDefinition({ containerDefinitions: unknown })] },
  other: { type: "aws:batch/jobDefinition:JobDefinition", props: { containerDefinitions: "x" } },
} satisfies Pick<Cases, "unknown" | "other">;
