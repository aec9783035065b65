import rule from "../../../policies/rules/load-balancer-drop-invalid-headers";
import { type TestResource, unknown } from "../harness";
import type { Cases } from "./case";

const balancer = (dropInvalidHeaderFields: unknown, loadBalancerType?: string): TestResource[] =>
  ["aws:lb/loadBalancer:LoadBalancer", "aws:alb/loadBalancer:LoadBalancer"].map((type, index) => ({
    type,
    name: `lb${index}`,
    props: { dropInvalidHeaderFields, loadBalancerType },
  }));

export default {
  rule,
  pass: {
    on: balancer(true),
    "a network load balancer, which has no headers": balancer(undefined, "network"),
  },
  fail: {
    off: [/dropInvalidHeaderFields is not true/, balancer(false)],
    "no value": [/dropInvalidHeaderFields/, balancer(undefined)],
    "no value, with the type given": [
      /dropInvalidHeaderFields/,
      balancer(undefined, "application"),
    ],
  },
  unknown: { "the value": balancer(unknown), "the type": balancer(false, unknown) },
  other: { type: "aws:elb/loadBalancer:LoadBalancer", props: {} },
} satisfies Cases;
