import rule from "../../../policies/rules/ecs-service-platform-version";
import { type TestResource, unknown } from "../harness";
import type { Cases } from "./case";

const version = (platformVersion: unknown): TestResource[] =>
  ["aws:ecs/service:Service", "aws:ecs/taskSet:TaskSet"].map((type, index) => ({
    type,
    name: `s${String(index)}`,
    props: { platformVersion },
  }));

export default {
  rule,
  pass: {
    "no version": version(undefined),
    "the latest": version("LATEST"),
    "the latest by number": version("1.4.0"),
    "the latest for Windows": version("1.0.0"),
  },
  fail: { "an old one": [/platformVersion holds the service back/, version("1.3.0")] },
  unknown: { "the version": version(unknown) },
  other: { type: "aws:ecs/cluster:Cluster", props: { platformVersion: "1.3.0" } },
} satisfies Cases;
