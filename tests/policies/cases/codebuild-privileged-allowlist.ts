import rule from "../../../policies/rules/codebuild-privileged-allowlist";
import { type TestResource, unknown } from "../harness";
import type { Cases } from "./case";

const project = (environment: unknown, props: object = {}): TestResource[] => [
  { type: "aws:codebuild/project:Project", name: "build", props: { environment, ...props } },
];
const privileged = { privilegedMode: true };
const advisory = { enforcementLevel: "advisory" as const };

export default {
  rule,
  pass: {
    "not privileged": project({ privilegedMode: false }),
    "no value": project({ type: "LINUX_CONTAINER" }),
  },
  fail: { privileged: [/allowedProjects does not list the project/, project(privileged)] },
  unknown: { "the mode": project({ privilegedMode: unknown }), environment: project(unknown) },
  configured: {
    "a project listed by its name in the program": [
      { ...advisory, allowedProjects: ["build"] },
      project(privileged),
    ],
    "a project listed by its name in AWS": [
      { ...advisory, allowedProjects: ["handson-nginx"] },
      project(privileged, { name: "handson-nginx" }),
    ],
    "a project that is not listed": [
      { ...advisory, allowedProjects: ["other"] },
      project(privileged),
      /allowedProjects/,
    ],
  },
  other: { type: "aws:batch/jobDefinition:JobDefinition", props: { environment: privileged } },
} satisfies Cases;
