import rule from "../../../policies/rules/ecs-task-definition-image-pinned";
import { unknown } from "../harness";
import { taskDefinition } from "../stacks";
import type { Cases } from "./case";

export default {
  rule,
  pass: {
    "the hands-on's own definition": [taskDefinition()],
    "a tag": [taskDefinition({}, { image: "nginx:1.28" })],
    "a digest": [taskDefinition({}, { image: "nginx@sha256:0123" })],
    "latest with a digest": [taskDefinition({}, { image: "nginx:latest@sha256:0123" })],
    "a registry with a port, and a tag": [
      taskDefinition({}, { image: "registry.local:5000/nginx:1" }),
    ],
  },
  fail: {
    "no tag": [/nginx is not pinned/, [taskDefinition({}, { image: "nginx" })]],
    latest: [/nginx is not pinned/, [taskDefinition({}, { image: "nginx:latest" })]],
    "a registry's port, which is no tag": [
      /nginx is not pinned/,
      [taskDefinition({}, { image: "registry.local:5000/nginx" })],
    ],
    "an empty tag": [/nginx is not pinned/, [taskDefinition({}, { image: "nginx:" })]],
    "no image": [/names no image/, [taskDefinition({}, { image: undefined })]],
    "containers that are no JSON": [
      /no JSON list/,
      [taskDefinition({ containerDefinitions: "nginx" })],
    ],
    "containers that are no list": [
      /no JSON list/,
      [taskDefinition({ containerDefinitions: "{}" })],
    ],
    "a list of something else": [/no JSON list/, [taskDefinition({ containerDefinitions: "[1]" })]],
    "no containers at all": [/no JSON list/, [taskDefinition({ containerDefinitions: null })]],
  },
  unknown: { "the containers": [taskDefinition({ containerDefinitions: unknown })] },
  other: { type: "aws:batch/jobDefinition:JobDefinition", props: { containerDefinitions: "x" } },
} satisfies Cases;
