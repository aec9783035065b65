import assert from "node:assert/strict";

import type { Architecture, Box } from "../../../../lab/ui/diagram/architecture";
import { drawNetworkStep, networkSteps } from "../../../../lab/ui/diagram/networkSteps";
import { textWidth } from "../../../../lab/ui/diagram/text";

const box = (kind: string, title: string, more: Partial<Box> = {}): Box => ({
  key: `${kind} ${title}`,
  shape: "card",
  kind,
  title,
  lines: [],
  urns: [],
  ...more,
});

function zone(name: string, number: number, nat: boolean): Box[] {
  const parent = `Availability Zone ${name}`;
  const subnet = (access: "public" | "private", block: string, hasNat: boolean) =>
    box(`${access} subnet`, block, {
      shape: "subnet",
      parent,
      facts: { what: "subnet", access, block, hasNat },
    });
  return [
    box("Availability Zone", name, { shape: "zone" }),
    subnet("public", `10.1.${number}.0/24`, nat),
    subnet("private", `10.1.1${number}.0/24`, false),
  ];
}

const architecture = (changed: (boxes: Box[]) => Box[] = (boxes) => boxes): Architecture => ({
  project: "ecs-handson",
  stack: "dev",
  boxes: changed([
    box("VPC", "network", { facts: { what: "VPC", block: "10.1.0.0/16" } }),
    box("Internet gateway", "network-vpc", { facts: { what: "internet gateway" } }),
    ...zone("a", 1, true),
    ...zone("c", 2, false),
    ...zone("d", 3, false),
    box("Application Load Balancer", "site", {
      facts: { what: "load balancer", listeners: [{ protocol: "HTTP", port: 8080 }] },
    }),
    box("ECS service", "site-dev", { facts: { what: "service", tasks: 2 } }),
  ]),
  arrows: [],
  unknownTypes: new Map(),
});

const textsOf = (svg: string) =>
  [...svg.matchAll(/<text class="(?!step)[^"]*"[^>]*>([^<]+)</g)].map(([, text = ""]) => text);

describe("the pictures of a network's steps", () => {
  const all = (language: "en" | "ja") =>
    networkSteps.map((step) => drawNetworkStep(architecture(), step, language));

  it("grow: each has what the previous one has, and more", () => {
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

  it("do not depend on the boxes' texts, whatever their language", () => {
    const silent = (boxes: Box[]) => boxes.map((one) => ({ ...one, kind: "箱", lines: [] }));
    for (const step of networkSteps) {
      const drawn = drawNetworkStep(architecture(silent), step, "en");
      assert.equal(drawn, drawNetworkStep(architecture(), step, "en"));
    }
  });

  it("are the same in Japanese except for the words", () => {
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

  it("draw no arrow over a text", () => {
    const letters = /<text class="(\w+)" x="([\d.]+)" y="([\d.]+)" text-anchor="(\w+)">([^<]+)</g;
    for (const svg of [...all("en"), ...all("ja")]) {
      const texts = [...svg.matchAll(letters)].map(([, kind, x, y, anchor, text = ""]) => {
        const width = textWidth(text, kind === "step" ? 15 : 12) * 0.9;
        const left = Number(x) - (anchor === "middle" ? width / 2 : 0);
        return { text, left, right: left + width, top: Number(y) - 9, bottom: Number(y) };
      });
      assert.ok(texts.length > 1);
      // What is written on a card covers the arrows behind it.
      const cards = [
        ...svg.matchAll(
          /<rect class="card" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/g,
        ),
      ]
        .map(([, ...numbers]) => numbers.map(Number))
        .map(([x = 0, y = 0, width = 0, height = 0]) => ({
          x,
          y,
          right: x + width,
          bottom: y + height,
        }));
      const isOnCard = ({ left, top }: { left: number; top: number }) =>
        cards.some(
          (one) => one.x <= left && left <= one.right && one.y <= top && top <= one.bottom,
        );
      for (const [, way = ""] of svg.matchAll(/<path class="(?:way|out)" d="M([^"]+)"/g)) {
        const points = way.split("L").map((point) => point.split(" ").map(Number));
        points.slice(1).forEach(([toX = 0, toY = 0], index) => {
          const [fromX = 0, fromY = 0] = points[index] ?? [];
          for (let step = 0; step <= 100; step += 1) {
            const x = fromX + ((toX - fromX) * step) / 100;
            const y = fromY + ((toY - fromY) * step) / 100;
            const [hit] = texts.filter(
              (one) =>
                x > one.left && x < one.right && y > one.top && y < one.bottom && !isOnCard(one),
            );
            assert.equal(hit, undefined, `${hit?.text} at ${x}, ${y}`);
          }
        });
      }
    }
  });

  it("are not drawn for a stack that they do not fit", () => {
    const without = (what: string) => (boxes: Box[]) =>
      boxes.filter(({ facts }) => facts?.what !== what);
    for (const what of ["service", "internet gateway", "load balancer", "VPC"]) {
      assert.throws(
        () => drawNetworkStep(architecture(without(what)), "vpc", "en"),
        new Error(`the pictures of a network need one: ${what}`),
      );
    }
    const open = (boxes: Box[]) =>
      boxes.filter(({ facts }) => facts?.what !== "subnet" || facts.access === "public");
    assert.throws(
      () => drawNetworkStep(architecture(open), "vpc", "en"),
      new Error("the pictures of a network need one: private subnet"),
    );
    const twice = (boxes: Box[]) => [
      ...boxes,
      box("ECS service", "another", { facts: { what: "service", tasks: 1 } }),
    ];
    assert.throws(
      () => drawNetworkStep(architecture(twice), "vpc", "en"),
      new Error("the pictures of a network need one service only"),
    );
    const two = (boxes: Box[]) =>
      boxes.filter(({ key, parent }) => !`${key}${parent}`.includes("Zone d"));
    assert.throws(() => drawNetworkStep(architecture(two), "vpc", "en"), /room for three zones/);
  });
});
