import assert from "node:assert/strict";

import type { ResourceRecord } from "../../../../lab/account/record";
import { withMadeByEcs } from "../../../../lab/ui/commands/diagram/madeByEcs";
import { architectureOf } from "../../../../lab/ui/diagram/model";
import { stackState } from "../../../../lab/ui/diagram/state";
import { network, resource, tokens, urnOf } from "./fixture";

const EXPRESS = "aws:ecs/expressGatewayService:ExpressGatewayService";

/** An account with an Express service, what ECS made for it, and load balancers of another stack and the program. */
function account(digits: string) {
  const urn = urnOf(EXPRESS, "express");
  const suffix = digits.repeat(16);
  const record = (type: string, id: string, owner: string, inputs: object): ResourceRecord => ({
    ...{ type, id, urn: owner, serial: 1 },
    inputs: { ...inputs },
    outputs: { ...inputs, arn: id },
  });
  const own = `urn:lab:express/arn:service/${urn}`;
  const group = (which: number) =>
    record(tokens.targetGroup, `arn:tg-${which}${suffix.slice(0, 16)}`, own, {
      name: `ecs-gateway-tg-${which}${suffix.slice(0, 16)}`,
      vpcId: "vpc",
    });
  const records = [
    {
      ...record(EXPRESS, "arn:service", urn, {}),
      outputs: { made: { domain: `ex-${suffix}.ecs.localhost`, suffix } },
    },
    record(tokens.loadBalancer, "arn:alb", `urn:lab:express-shared/${urn}`, {
      name: `ecs-express-gateway-alb-${suffix.slice(0, 8)}`,
      subnets: ["public-a"],
    }),
    record(tokens.listener, "arn:listener", `urn:lab:express-shared/${urn}`, {
      loadBalancerArn: "arn:alb",
      ...{ port: 443, protocol: "HTTPS" },
      defaultActions: [{ type: "fixed-response", fixedResponse: { statusCode: "404" } }],
    }),
    record(tokens.rule, "arn:rule", own, {
      ...{ listenerArn: "arn:listener", priority: 1 },
      conditions: [{ hostHeader: { values: [`ex-${suffix}.ecs.localhost`] } }],
      actions: [{ type: "forward", targetGroupArn: `arn:tg-0${suffix.slice(0, 16)}` }],
    }),
    group(0),
    group(1),
    record(tokens.loadBalancer, "arn:theirs", "urn:lab:express-shared/urn:pulumi:other::p::t::n", {
      name: "theirs",
    }),
    record(tokens.loadBalancer, "arn:mine", urnOf(tokens.loadBalancer, "mine"), { name: "mine" }),
  ];
  return { list: (type: string) => records.filter((one) => one.type === type) };
}

const state = () => stackState([...network(), resource(EXPRESS, "express")]);

describe("the picture of an Express service", () => {
  it("has what ECS made for it according to the account, and nothing of other stacks", () => {
    const { boxes } = architectureOf(withMadeByEcs(state(), account("a7")));
    const [balancer, ...others] = boxes.filter(({ kind }) => kind.endsWith("Load Balancer"));
    assert.deepEqual(others, []);
    assert.equal(balancer?.maker, "ECS");
    assert.deepEqual(
      balancer.lines.map(({ text }) => text),
      [
        "made by ECS",
        "internet-facing",
        "HTTPS :443, by default answer 404",
        "1. host ex-….ecs.localhost",
      ],
    );
    assert.deepEqual(
      boxes.filter(({ kind }) => kind === "Target group").map(({ title }) => title),
      ["ecs-gateway-tg-0…", "ecs-gateway-tg-1…"],
    );
  });

  it("is the same whatever digits ECS picks", () => {
    const drawn = (digits: string) => architectureOf(withMadeByEcs(state(), account(digits)));
    assert.deepEqual(drawn("b3"), drawn("4e"));
  });
});
