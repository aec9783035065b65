import rule from "../../../policies/rules/load-balancer-access-logs";
import { type TestResource, unknown } from "../harness";
import type { Cases } from "./case";

const balancer = (value: unknown): TestResource[] =>
  ["aws:lb/loadBalancer:LoadBalancer", "aws:alb/loadBalancer:LoadBalancer"].map((type, index) => ({
    type,
    name: `lb${index}`,
    props: { accessLogs: { bucket: "logs", enabled: value } },
  }));

export default {
  rule,
  pass: { on: balancer(true), "the text true": balancer("true") },
  fail: {
    off: [/accessLogs.enabled is not true/, balancer(false)],
    "no value": [/accessLogs.enabled is not true/, balancer(undefined)],
  },
  unknown: { "the value": balancer(unknown) },
  other: { type: "aws:elb/loadBalancer:LoadBalancer", props: {} },
} satisfies Cases;
