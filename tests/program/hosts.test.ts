import assert from "node:assert/strict";

import { evaluateProgram } from "./mocks";

/** Chapters that may be deployed without the fargate chapter, which answers to all hosts that no other chapter has. */
const chapters = ["ec2", "cicd", "managedInstances", "express"] as const;

/** All combinations of these chapters, except the express chapter alone, which has no listener. */
const combinations = chapters
  .reduce<string[][]>((sets, one) => [...sets, ...sets.map((set) => [...set, one])], [[]])
  .filter((set) => set.some((one) => one !== "express"));

interface Rule {
  priority: number;
  hosts: string[];
  service: string;
}

/** The rules of the stack's listener, in the order in which they apply. */
async function rulesOf(set: readonly string[], more: Record<string, string>): Promise<Rule[]> {
  const { resources } = await evaluateProgram({ chapters: JSON.stringify(set), ...more }, "alice");
  return resources
    .filter(({ type }) => type === "aws:lb/listenerRule:ListenerRule")
    .map(({ name, inputs }) => ({
      priority: inputs.priority as number,
      hosts: (inputs.conditions as { hostHeader?: { values: string[] } }[]).flatMap(
        ({ hostHeader }) => hostHeader?.values ?? [],
      ),
      service: name.replace(/-.*/, ""),
    }))
    .sort((one, other) => one.priority - other.priority);
}

/** Which chapter's service gets the requests to a host. */
const answering = (rules: readonly Rule[], host: string) =>
  rules.find(
    ({ hosts }) =>
      hosts.length === 0 ||
      hosts.some((one) =>
        new RegExp(`^${one.replaceAll(".", "\\.").replaceAll("*", ".*")}$`).test(host),
      ),
  )?.service;

const serviceOf: Record<string, string> = { ec2: "ec2", cicd: "cicd", managedInstances: "managed" };
const labelOf: Record<string, string> = { ec2: "nginx", cicd: "cicd", managedInstances: "managed" };

describe("the chapters without the fargate chapter", () => {
  for (const set of combinations) {
    const listening = set.filter((one) => one !== "express");
    // The first of these takes the place of the fargate chapter.
    const [fallback = ""] = ["ec2", "managedInstances", "cicd"].filter((one) => set.includes(one));

    it(`each answer to their own host on one listener, and one to all others: ${set.join(", ")}`, async () => {
      const rules = await rulesOf(set, {});
      assert.equal(new Set(rules.map(({ priority }) => priority)).size, listening.length);
      assert.equal(answering(rules, "load-balancer.example"), serviceOf[fallback]);
      for (const chapter of listening) {
        assert.equal(answering(rules, `${labelOf[chapter]}.example`), serviceOf[chapter]);
      }
    });

    if (set.includes("express")) continue;
    it(`answer only to the stack's own hosts on a class's listener: ${set.join(", ")}`, async () => {
      const rules = await rulesOf(set, { sharedNetwork: "organization/ecs-handson/class" });
      assert.ok(rules.every(({ hosts }) => hosts.every((host) => host.startsWith("alice."))));
      assert.ok(rules.every(({ hosts }) => hosts.length > 0));
      assert.equal(answering(rules, "bob.example"), undefined);
      for (const chapter of listening) {
        const host =
          chapter === fallback && chapter !== "cicd" ? "alice" : `alice.${labelOf[chapter]}`;
        assert.equal(answering(rules, `${host}.example`), serviceOf[chapter]);
      }
    });
  }
});
