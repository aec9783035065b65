import rule from "../../../policies/rules/listener-https";
import { type TestResource, unknown } from "../harness";
import type { Cases } from "./case";

const listener = (protocol: unknown, action: unknown = { type: "forward" }): TestResource[] =>
  ["aws:lb/listener:Listener", "aws:alb/listener:Listener"].map((type, index) => ({
    type,
    name: `l${index}`,
    props: { protocol, defaultActions: [action] },
  }));
const redirect = (protocol: unknown) => ({ type: "redirect", redirect: { protocol } });

export default {
  rule,
  pass: {
    HTTPS: listener("HTTPS"),
    "a redirect to HTTPS": listener("HTTP", redirect("HTTPS")),
    "a network load balancer's protocol": listener("TCP"),
  },
  fail: {
    HTTP: [/plain HTTP/, listener("HTTP")],
    "a redirect to HTTP": [/plain HTTP/, listener("HTTP", redirect("HTTP"))],
    "a redirect that keeps the protocol": [/plain HTTP/, listener("HTTP", redirect(undefined))],
  },
  unknown: {
    "the protocol": listener(unknown),
    "where it redirects": listener("HTTP", redirect(unknown)),
    "the action": listener("HTTP", unknown),
  },
  other: { type: "aws:lb/targetGroup:TargetGroup", props: { protocol: "HTTP" } },
} satisfies Cases;
