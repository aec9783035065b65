import rule from "../../../policies/rules/listener-https";
import { type TestResource, unknown } from "../harness";
import type { Cases } from "./case";

const listener = (protocol: unknown, action: unknown = { type: "forward" }): TestResource[] =>
  ["aws:lb/listener:Listener", "aws:alb/listener:Listener"].map((type, index) => ({
    type,
    name: `l${index}`,
    props: { protocol, defaultActions: [action] },
  }));
const classic = (lbProtocol: unknown): TestResource[] => [
  { type: "aws:elb/loadBalancer:LoadBalancer", props: { listeners: [{ lbPort: 80, lbProtocol }] } },
];
const redirect = (protocol: unknown) => ({ type: "redirect", redirect: { protocol } });

/** A listener that redirects if it is not HTTPS itself, and a rule of it. */
const behind = (protocol: string, action: object): TestResource[] => [
  ...listener(protocol, redirect("HTTPS")).slice(0, 1),
  {
    type: "aws:lb/listenerRule:ListenerRule",
    name: "rule",
    props: { listenerArn: unknown, actions: [action] },
    dependencies: { listenerArn: ["l0"] },
  },
];

export default {
  rule,
  pass: {
    "a gateway load balancer's listener": listener(undefined),
    "a rule that redirects behind the redirect": behind("HTTP", {
      type: "redirect",
      redirect: { protocol: "HTTPS" },
    }),
    "a rule that forwards at an HTTPS listener": behind("HTTPS", { type: "forward" }),
    "a classic load balancer's HTTPS": classic("https"),
    HTTPS: listener("HTTPS"),
    "a redirect to HTTPS": listener("HTTP", redirect("HTTPS")),
    "a network load balancer's protocol": listener("TCP"),
  },
  fail: {
    "a port without a protocol": [
      /plain HTTP/,
      [
        {
          type: "aws:lb/listener:Listener",
          props: { port: 80, defaultActions: [{ type: "forward" }] },
        },
      ],
    ],
    "a rule that forwards before the redirect": [
      /forwards what arrives at l0 as plain HTTP/,
      behind("HTTP", { type: "forward" }),
    ],
    "a classic load balancer": [/plain HTTP. Let its listeners accept HTTPS/, classic("http")],
    HTTP: [/plain HTTP/, listener("HTTP")],
    "a redirect to HTTP": [/plain HTTP/, listener("HTTP", redirect("HTTP"))],
    "a redirect that keeps the protocol": [/plain HTTP/, listener("HTTP", redirect(undefined))],
  },
  unknown: {
    "a classic load balancer's protocol": classic(unknown),
    "the protocol": listener(unknown),
    "where it redirects": listener("HTTP", redirect(unknown)),
    "the action": listener("HTTP", unknown),
  },
  other: { type: "aws:lb/targetGroup:TargetGroup", props: { protocol: "HTTP" } },
} satisfies Cases;
