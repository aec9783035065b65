import rule from "../../../policies/rules/ecs-cluster-exec-logging";
import { type TestResource, unknown } from "../harness";
import type { Cases } from "./case";

const logging = (value: unknown, logConfiguration?: unknown): TestResource[] => [
  {
    type: "aws:ecs/cluster:Cluster",
    props: { configuration: { executeCommandConfiguration: { logging: value, logConfiguration } } },
  },
];

export default {
  rule,
  pass: {
    "no configuration": [{ type: "aws:ecs/cluster:Cluster", props: {} }],
    "the tasks' logs": logging("DEFAULT"),
    "a log group": logging("OVERRIDE", { cloudWatchLogGroupName: "exec" }),
  },
  fail: {
    "no logs": [/logging is NONE/, logging("NONE")],
    "logs to nowhere": [/there is no logConfiguration/, logging("OVERRIDE")],
  },
  unknown: {
    "the setting": logging(unknown),
    "where it logs to": logging("OVERRIDE", unknown),
    "the configuration": [{ type: "aws:ecs/cluster:Cluster", props: { configuration: unknown } }],
  },
  other: {
    type: "aws:ecs/service:Service",
    props: { configuration: { executeCommandConfiguration: { logging: "NONE" } } },
  },
} satisfies Cases;
