import rule from "../../../policies/rules/listener-tls-policy";
import { type TestResource, unknown } from "../harness";
import type { Cases } from "./case";

const listener = (sslPolicy: unknown, protocol: unknown = "HTTPS"): TestResource[] =>
  ["aws:lb/listener:Listener", "aws:alb/listener:Listener"].map((type, index) => ({
    type,
    name: `l${String(index)}`,
    props: { protocol, sslPolicy },
  }));

export default {
  rule,
  pass: {
    "TLS 1.2 and 1.3": listener("ELBSecurityPolicy-TLS13-1-2-2021-06"),
    "TLS 1.3": listener("ELBSecurityPolicy-TLS13-1-3-2021-06"),
    "TLS 1.2": listener("ELBSecurityPolicy-TLS-1-2-2017-01"),
    "forward secrecy": listener("ELBSecurityPolicy-FS-1-2-Res-2020-10"),
    "plain HTTP": listener(undefined, "HTTP"),
    "plain TCP": listener(unknown, "TCP"),
  },
  fail: {
    "no policy": [/accepts TLS 1.0/, listener(undefined)],
    "the default": [/accepts TLS 1.0/, listener("ELBSecurityPolicy-2016-08")],
    "TLS 1.1": [/accepts TLS 1.0/, listener("ELBSecurityPolicy-TLS13-1-1-2021-06")],
    "a network load balancer's": [/accepts TLS 1.0/, listener("ELBSecurityPolicy-2016-08", "TLS")],
  },
  unknown: {
    "the policy": listener(unknown),
    "the protocol": listener("ELBSecurityPolicy-2016-08", unknown),
  },
  other: {
    type: "aws:lb/targetGroup:TargetGroup",
    props: { protocol: "HTTPS", sslPolicy: "ELBSecurityPolicy-2016-08" },
  },
} satisfies Cases;
