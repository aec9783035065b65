import rule from "../../../policies/rules/ecs-cluster-container-insights";
import { type TestResource, unknown } from "../harness";
import type { Cases } from "./case";

const cluster = (settings: unknown): TestResource[] => [
  { type: "aws:ecs/cluster:Cluster", props: { name: "handson", settings } },
];

export default {
  rule,
  pass: {
    enabled: cluster([{ name: "containerInsights", value: "enabled" }]),
    "enhanced, after another setting": cluster([
      { name: "other", value: "x" },
      { name: "containerInsights", value: "enhanced" },
    ]),
  },
  fail: {
    "no settings": [/no containerInsights/, cluster(undefined)],
    "other settings": [/no containerInsights/, cluster([{ name: "other", value: "enabled" }])],
    disabled: [/is not on/, cluster([{ name: "containerInsights", value: "disabled" }])],
  },
  unknown: {
    "the value": cluster([{ name: "containerInsights", value: unknown }]),
    "a setting's name": cluster([{ name: unknown, value: "disabled" }]),
    "the settings": cluster(unknown),
  },
  other: { type: "aws:eks/cluster:Cluster", props: {} },
} satisfies Cases;
