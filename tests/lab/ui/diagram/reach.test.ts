import assert from "node:assert/strict";

import fc from "fast-check";

import {
  commonPorts,
  permissionsOf,
  type Ports,
  portsText,
} from "../../../../lab/ui/diagram/permissions";
import { passing, type Party, reachOf } from "../../../../lab/ui/diagram/reach";
import { References } from "../../../../lab/ui/diagram/references";
import { stackState, type WrittenResource } from "../../../../lab/ui/diagram/state";
import { resource, tokens, urnOf } from "./fixture";

const groupUrn = (name: string) => urnOf(tokens.group, name);

function permissionsIn(resources: readonly WrittenResource[]) {
  return permissionsOf(new References(stackState(resources).resources));
}

/** A party in a subnet of its own, with the security group of the same name. */
function party(key: string, block: string): Party {
  return { key, groups: [groupUrn(key)], blocks: [block], vpcBlocks: ["10.0.0.0/16"] };
}

const web = party("web", "10.0.1.0/24");
const api = party("api", "10.0.2.0/24");
const groups = ["web", "api"].map((name) => resource(tokens.group, name, { vpcId: "vpc" }));

interface WrittenRule {
  group: string;
  direction: "ingress" | "egress";
  protocol: string;
  from: number;
  to: number;
  peer: { cidr: string } | { group: string } | { self: true };
}

/** Writes rules in each of the three ways. */
const encodings: Record<string, (rules: readonly WrittenRule[]) => WrittenResource[]> = {
  "in the group": (rules) =>
    ["web", "api"].map((name) => {
      const inline = (direction: string) =>
        rules
          .filter((rule) => rule.group === name && rule.direction === direction)
          .map(({ protocol, from, to, peer }) => ({
            protocol,
            fromPort: from,
            toPort: to,
            ...("cidr" in peer ? { cidrBlocks: [peer.cidr] } : {}),
            ...("group" in peer ? { securityGroups: [peer.group] } : {}),
            ...("self" in peer ? { self: true } : {}),
          }));
      return resource(tokens.group, name, { ingress: inline("ingress"), egress: inline("egress") });
    }),
  "as SecurityGroupRule": (rules) => [
    ...groups,
    ...rules.map(({ group, direction, protocol, from, to, peer }, index) =>
      resource(tokens.groupRule, `rule-${index}`, {
        type: direction,
        securityGroupId: group,
        protocol,
        fromPort: from,
        toPort: to,
        ...("cidr" in peer ? { cidrBlocks: [peer.cidr] } : {}),
        ...("group" in peer ? { sourceSecurityGroupId: peer.group } : {}),
        ...("self" in peer ? { self: true } : {}),
      }),
    ),
  ],
  "as ingress and egress rules": (rules) => [
    ...groups,
    ...rules.map(({ group, direction, protocol, from, to, peer }, index) =>
      resource(tokens[direction], `rule-${index}`, {
        securityGroupId: group,
        ipProtocol: protocol,
        fromPort: from,
        toPort: to,
        ...("cidr" in peer ? { cidrIpv4: peer.cidr } : {}),
        ...("group" in peer ? { referencedSecurityGroupId: peer.group } : {}),
        ...("self" in peer ? { referencedSecurityGroupId: group } : {}),
      }),
    ),
  ],
};

const anyPorts = fc
  .tuple(fc.integer({ min: 0, max: 65_535 }), fc.integer({ min: 0, max: 65_535 }))
  .map(([one, other]) => ({ from: Math.min(one, other), to: Math.max(one, other) }));
const anyName = fc.constantFrom("web", "api");
const anyRule: fc.Arbitrary<WrittenRule> = fc
  .record({
    group: anyName,
    direction: fc.constantFrom("ingress" as const, "egress" as const),
    protocol: fc.constantFrom("tcp", "udp", "6", "17", "-1"),
    peer: fc.oneof(
      fc
        .constantFrom("0.0.0.0/0", "10.0.0.0/16", "10.0.1.0/24", "10.0.2.128/25", "192.0.2.0/24")
        .map((cidr) => ({ cidr })),
      anyName.map((group) => ({ group })),
      fc.constant({ self: true as const }),
    ),
    ports: anyPorts,
  })
  .map(({ ports, ...rule }) => ({ ...rule, ...ports }));

describe("who may reach whom", () => {
  it("is the same whichever way the rules are written", () => {
    fc.assert(
      fc.property(fc.array(anyRule, { maxLength: 12 }), (rules) => {
        const [first, ...others] = Object.values(encodings).map((write) =>
          reachOf([web, api], permissionsIn(write(rules))),
        );
        for (const other of others) assert.deepEqual(other, first);
      }),
    );
  });

  it("needs both the receiver's ingress and the sender's egress", () => {
    const anyTcp = (direction: WrittenRule["direction"], group: string, peer: string) =>
      anyPorts.map(({ from, to }) => ({
        group,
        direction,
        protocol: "tcp",
        from,
        to,
        peer: { cidr: peer },
      }));
    fc.assert(
      fc.property(
        fc.array(anyTcp("ingress", "web", "10.0.2.0/24"), { maxLength: 4 }),
        fc.array(anyTcp("egress", "api", "0.0.0.0/0"), { maxLength: 4 }),
        fc.integer({ min: 0, max: 65_535 }),
        (ingress, egress, port) => {
          const write = encodings["as ingress and egress rules"];
          const ports = passing(api, web, permissionsIn(write?.([...ingress, ...egress]) ?? []));
          const holds = ({ from, to }: { from: number; to: number }) => from <= port && port <= to;
          assert.equal(ports.some(holds), ingress.some(holds) && egress.some(holds));
        },
      ),
    );
  });

  const reach = (...rules: WrittenRule[]) =>
    reachOf([web, api], permissionsIn(encodings["in the group"]?.(rules) ?? []));
  const tcp = (group: string, direction: WrittenRule["direction"], peer: WrittenRule["peer"]) => ({
    group,
    direction,
    protocol: "tcp",
    from: 80,
    to: 80,
    peer,
  });

  it("follows a group to those who use it, if their own groups let them send", () => {
    const ingress = tcp("web", "ingress", { group: "api" });
    assert.deepEqual(reach(ingress), []);
    assert.deepEqual(reach(ingress, tcp("api", "egress", { group: "web" })), [
      { from: { kind: "party", key: "api" }, to: { kind: "party", key: "web" }, ports: "tcp 80" },
    ]);
  });

  it("distinguishes the internet, addresses in the VPC and others", () => {
    const from = (cidr: string) =>
      reach(tcp("web", "ingress", { cidr })).map((found) => found.from);
    assert.deepEqual(from("0.0.0.0/0"), [{ kind: "internet" }]);
    assert.deepEqual(from("128.0.0.0/1"), [{ kind: "internet" }]);
    assert.deepEqual(from("10.0.0.0/16"), [
      { kind: "addresses", block: "10.0.0.0/16", inVpc: true },
    ]);
    assert.deepEqual(from("192.0.2.0/24"), [
      { kind: "addresses", block: "192.0.2.0/24", inVpc: false },
    ]);
  });

  it("includes a group that is not in the stack", () => {
    assert.deepEqual(
      reach(tcp("web", "ingress", { group: "sg-0123" })).map(({ from }) => from),
      [{ kind: "other", text: "security group sg-0123" }],
    );
  });

  it("merges the ports of several rules between the same two", () => {
    const found = reach(
      { ...tcp("web", "ingress", { cidr: "0.0.0.0/0" }), from: 443, to: 443 },
      tcp("web", "ingress", { cidr: "0.0.0.0/0" }),
      { ...tcp("web", "ingress", { cidr: "0.0.0.0/0" }), protocol: "17", from: 1000, to: 2000 },
    );
    assert.deepEqual(
      found.map(({ ports }) => ports),
      ["tcp 80, tcp 443, udp 1000-2000"],
    );
  });
});

describe("the ports that two rules have in common", () => {
  const ports: fc.Arbitrary<Ports> = fc
    .tuple(fc.constantFrom("tcp", "udp", "-1"), anyPorts)
    .map(([protocol, range]) =>
      protocol === "-1" ? { protocol, from: 0, to: 65_535 } : { protocol, ...range },
    );

  it("are those that each of them has", () => {
    const has = ({ protocol, from, to }: Ports, name: string, port: number) =>
      (protocol === "-1" || protocol === name) && from <= port && port <= to;
    fc.assert(
      fc.property(
        ports,
        ports,
        fc.constantFrom("tcp", "udp"),
        fc.integer({ min: 0, max: 65_535 }),
        (one, other, name, port) => {
          const common = commonPorts(one, other);
          const expected = has(one, name, port) && has(other, name, port);
          assert.equal(common !== undefined && has(common, name, port), expected);
        },
      ),
    );
  });

  it("are written as people write them", () => {
    assert.equal(portsText([{ protocol: "tcp", from: 0, to: 65_535 }]), "tcp");
    assert.equal(portsText([{ protocol: "47", from: 0, to: 65_535 }]), "protocol 47");
    assert.equal(portsText([{ protocol: "-1", from: 0, to: 65_535 }]), "all traffic");
  });
});
