import assert from "node:assert/strict";

import type { Architecture, Box } from "../../../../lab/ui/diagram/architecture";
import { drawNetworkStep, networkSteps } from "../../../../lab/ui/diagram/networkSteps";

const box = (kind: string, title: string, more: Partial<Box> = {}): Box => ({
  key: `${kind} ${title}`,
  shape: "card",
  kind,
  title,
  lines: [],
  urns: [],
  ...more,
});

const line = (text: string) => ({ key: text, text });

function zone(name: string, number: number, nat: boolean): Box[] {
  const parent = `Availability Zone ${name}`;
  const lines = nat ? [line("NAT gateway")] : [];
  return [
    box("Availability Zone", name, { shape: "zone" }),
    box("public subnet", `10.1.${number}.0/24`, { shape: "subnet", parent, lines }),
    box("private subnet", `10.1.1${number}.0/24`, { shape: "subnet", parent }),
  ];
}

const architecture = (changed: (boxes: Box[]) => Box[] = (boxes) => boxes): Architecture => ({
  project: "ecs-handson",
  stack: "dev",
  boxes: changed([
    box("VPC", "network-vpc 10.1.0.0/16"),
    box("Internet gateway", "network-vpc"),
    ...zone("a", 1, true),
    ...zone("c", 2, false),
    ...zone("d", 3, false),
    box("Application Load Balancer", "site", {
      lines: [line("HTTP :8080, by default answer 404")],
    }),
    box("ECS service", "site-dev", { lines: [line("desired count 2")] }),
  ]),
  arrows: [],
  unknownTypes: new Map(),
});

const textsOf = (svg: string) =>
  [...svg.matchAll(/<text class="(?!step)[^"]*"[^>]*>([^<]+)</g)].map(([, text = ""]) => text);

describe("the pictures of a network's steps", () => {
  const all = (language: "en" | "ja") =>
    networkSteps.map((step) => drawNetworkStep(architecture(), step, language));

  it("grow: each has what the one before has, and more", () => {
    const texts = all("en").map(textsOf);
    for (const [index, now] of texts.entries()) {
      const before = texts[index - 1] ?? [];
      assert.deepEqual(now.slice(0, before.length), before);
      assert.ok(now.length > before.length);
    }
  });

  it("show the stack's own addresses, zones, names and number of tasks", () => {
    const texts = textsOf(all("en").at(-1) ?? "");
    for (const one of ["VPC 10.1.0.0/16", "10.1.2.0/24", "10.1.13.0/24", "service site-dev"])
      assert.ok(texts.includes(one), one);
    assert.ok(texts.includes("load balancer site, HTTP :8080"));
    assert.equal(texts.filter((text) => text === "task").length, 2);
    assert.equal(texts.filter((text) => text === "NAT").length, 1);
  });

  it("are the same in Japanese but for the words", () => {
    const shapes = (svg: string) => svg.match(/<(rect|path) [^>]+>/g);
    assert.deepEqual(all("ja").map(shapes), all("en").map(shapes));
    for (const svg of all("ja")) assert.match(svg, /<title id="title">\d\. [^<]*[\u3040-\u30ff]/u);
  });

  it("keep every text within the width of a phone", () => {
    for (const svg of all("en")) {
      for (const [, x = "", anchor, text = ""] of svg.matchAll(
        /<text class="\w+" x="(\d+)"[^>]*text-anchor="(\w+)">([^<]+)</g,
      )) {
        const wide = text.length * 7.2;
        assert.ok(Number(x) + (anchor === "middle" ? wide / 2 : wide) < 390, text);
      }
    }
  });

  it("are refused for a stack that they do not fit", () => {
    const without = (kind: string) => (boxes: Box[]) => boxes.filter((one) => one.kind !== kind);
    for (const kind of ["ECS service", "Internet gateway", "Application Load Balancer"]) {
      assert.throws(
        () => drawNetworkStep(architecture(without(kind)), "vpc", "en"),
        new Error(`the pictures of a network need one: ${kind}`),
      );
    }
    const twice = (boxes: Box[]) => [...boxes, box("ECS service", "another")];
    assert.throws(
      () => drawNetworkStep(architecture(twice), "vpc", "en"),
      new Error("the pictures of a network need one ECS service only"),
    );
    const two = (boxes: Box[]) =>
      boxes.filter(({ key, parent }) => !`${key}${parent}`.includes("Zone d"));
    assert.throws(() => drawNetworkStep(architecture(two), "vpc", "en"), /room for three zones/);
  });
});
