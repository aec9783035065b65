import rule from "../../../policies/rules/ecs-task-definition-image-pinned";
import { taskDefinition } from "../stacks";
import type { Cases } from "./case";
import { unknownOrOther, unreadable } from "./containers";

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
    "a registry's port, which is not a tag": [
      /nginx is not pinned/,
      [taskDefinition({}, { image: "registry.local:5000/nginx" })],
    ],
    "an empty tag": [/nginx is not pinned/, [taskDefinition({}, { image: "nginx:" })]],
    "no image": [/names no image/, [taskDefinition({}, { image: undefined })]],
    ...unreadable,
  },
  ...unknownOrOther,
} satisfies Cases;
