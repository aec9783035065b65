import rule from "../../../policies/rules/load-balancer-waf";
import { type TestResource, unknown } from "../harness";
import type { Cases } from "./case";

const of: TestResource = { type: "aws:lb/loadBalancer:LoadBalancer", name: "it", props: {} };
const belonging = (value: unknown, ...names: string[]): TestResource => ({
  type: "aws:wafv2/webAclAssociation:WebAclAssociation",
  name: "belongs",
  props: { resourceArn: value },
  dependencies: { resourceArn: names },
});

export default {
  rule,
  pass: {
    "one that has it": [of, belonging(unknown, "it")],
    "one that has it by its id": [{ ...of, props: {}, outputs: { id: "it-1" } }, belonging("it-1")],
    "an internal one": [{ ...of, props: { internal: true } }],
    "a network load balancer": [{ ...of, props: { loadBalancerType: "network" } }],
  },
  fail: {
    "one without": [/No web ACL/, [of]],
    "one whose neighbour has it": [
      /No web ACL/,
      [of, { ...of, name: "other" }, belonging(unknown, "other")],
    ],
    "one whose neighbour has it by its id": [/No web ACL/, [of, belonging("other")]],
    "an application load balancer": [
      /No web ACL/,
      [{ ...of, props: { loadBalancerType: "application", internal: false } }],
    ],
  },
  unknown: { "whose it is": [of, belonging(unknown)] },
  other: { type: "aws:s3/bucket:Bucket", props: {} },
} satisfies Cases;
