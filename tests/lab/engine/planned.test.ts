import assert from "node:assert/strict";

import type { EngineEvent } from "@pulumi/pulumi/automation";

import { Planned } from "../../../lab/engine/planned";

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const urnOf = (type: string, name: string) => `urn:pulumi:dev::p::${type}::${name}`;
const VPC = "aws:ec2/vpc:Vpc";
const SUBNET = "aws:ec2/subnet:Subnet";
const NAT = "aws:ec2/natGateway:NatGateway";

interface Step {
  readonly op: string;
  readonly type: string;
  readonly inputs?: Record<string, unknown>;
  readonly outputs?: Record<string, unknown>;
  readonly parent?: string;
}

/** The event by which a preview reports a resource, whose name is `one`. */
function eventOf({ op, type, inputs = {}, outputs = {}, parent = "" }: Step): EngineEvent {
  const urn = urnOf(type, "one");
  const state = { type, urn, id: "", parent, inputs, outputs };
  const isGone = op.startsWith("delete");
  const metadata = { op, urn, type, provider: "", ...(isGone ? { old: state } : { new: state }) };
  return { sequence: 0, timestamp: 0, resOutputsEvent: { metadata } } as unknown as EngineEvent;
}

const plannedBy = (...steps: Step[]) => {
  const planned = new Planned();
  for (const step of steps) planned.event(eventOf(step));
  return planned
    .list()
    .map(({ type, region, zone, subnetId }) => ({ type, region, zone, subnetId }));
};

describe("what a preview plans to create", () => {
  const region = "us-east-1";
  const none = { zone: undefined, subnetId: undefined };

  it("has only the resources that it creates on AWS, with their region", () => {
    assert.deepEqual(
      plannedBy(
        { op: "create", type: "random:index/randomPassword:RandomPassword" },
        { op: "create", type: VPC, outputs: { region } },
        { op: "same", type: "aws:ec2/eip:Eip", outputs: { region } },
        { op: "update", type: "aws:lb/loadBalancer:LoadBalancer", outputs: { region } },
      ),
      [{ type: VPC, region, ...none }],
    );
  });

  it("has a replacement that is created before the old resource is deleted, and no other", () => {
    const steps = ["create-replacement", "replace", "delete-replaced"];
    const replaced = (...ops: string[]) =>
      plannedBy(...ops.map((op) => ({ op, type: VPC, outputs: { region } })));
    assert.deepEqual(replaced(...steps), [{ type: VPC, region, ...none }]);
    assert.deepEqual(replaced(...steps.reverse()), []);
  });

  it("has a NAT gateway with its subnet or, if that is yet to be created, with the zone of the subnet that it is declared in", () => {
    const zone = "us-east-1a";
    const parent = urnOf(SUBNET, "one");
    const subnet = { op: "create", type: SUBNET, outputs: { region, availabilityZone: zone } };
    const [, nat] = plannedBy(subnet, {
      op: "create",
      type: NAT,
      parent,
      inputs: { subnetId: UNKNOWN },
      outputs: { region, subnetId: UNKNOWN },
    });
    assert.deepEqual(nat, { type: NAT, region, zone, subnetId: undefined });
    const inputs = { subnetId: "subnet-1" };
    assert.deepEqual(plannedBy({ op: "create", type: NAT, inputs, outputs: { region } }), [
      { type: NAT, region, zone: undefined, subnetId: "subnet-1" },
    ]);
  });
});
