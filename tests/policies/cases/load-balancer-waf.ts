import rule from "../../../policies/rules/load-balancer-waf";
import { type TestResource, unknown } from "../harness";
import type { Cases } from "./case";

const balancer: TestResource = { type: "aws:lb/loadBalancer:LoadBalancer", name: "it", props: {} };
const webAclOf = (value: unknown, ...names: string[]): TestResource => ({
  type: "aws:wafv2/webAclAssociation:WebAclAssociation",
  name: "association",
  props: { resourceArn: value },
  dependencies: { resourceArn: names },
});

export default {
  rule,
  pass: {
    "a load balancer with a web ACL": [balancer, webAclOf(unknown, "it")],
    "a load balancer with a web ACL, by its id": [
      { ...balancer, props: {}, outputs: { id: "it-1" } },
      webAclOf("it-1"),
    ],
    "an internal load balancer": [{ ...balancer, props: { internal: true } }],
    "a network load balancer": [{ ...balancer, props: { loadBalancerType: "network" } }],
  },
  fail: {
    "a load balancer without a web ACL": [/No web ACL/, [balancer]],
    "a load balancer beside one with a web ACL": [
      /No web ACL/,
      [balancer, { ...balancer, name: "other" }, webAclOf(unknown, "other")],
    ],
    "a load balancer beside one with a web ACL, by its id": [
      /No web ACL/,
      [balancer, webAclOf("other")],
    ],
    "an application load balancer": [
      /No web ACL/,
      [{ ...balancer, props: { loadBalancerType: "application", internal: false } }],
    ],
  },
  unknown: { "whose web ACL it is": [balancer, webAclOf(unknown)] },
  other: { type: "aws:s3/bucket:Bucket", props: {} },
} satisfies Cases;
