import assert from "node:assert/strict";

import fc from "fast-check";

import { drawSvg } from "../../../../lab/ui/diagram/drawSvg";
import { layOut } from "../../../../lab/ui/diagram/layout";
import type { Placed } from "../../../../lab/ui/diagram/shapes";
import { escapeXml, shorten, textWidth } from "../../../../lab/ui/diagram/text";
import { draw, resource, service, tokens, wholeStack } from "./fixture";

const stack = () => [...wholeStack(), service("api", "web-group"), service("shop", "web-group")];

const overlap = (one: Placed, other: Placed) =>
  one.x < other.x + other.width &&
  other.x < one.x + one.width &&
  one.y < other.y + other.height &&
  other.y < one.y + one.height;

const isWithin = (inner: Placed, outer: Placed) =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height;

/** Whether a point is on a box's edge, a pixel more or less. */
const isAtEdge = ({ x, y }: { x: number; y: number }, box: Placed) => {
  const near = (one: number, other: number) => Math.abs(one - other) <= 2;
  const isBeside = x >= box.x - 2 && x <= box.x + box.width + 2;
  return isBeside && (near(y, box.y) || near(y, box.y + box.height));
};

describe("the layout of a picture", () => {
  it("keeps boxes apart, in the boxes around them, and in the picture", async () => {
    const layout = await layOut(draw(stack()));
    assert.equal(layout.boxes.length, draw(stack()).boxes.length, "every box has a place");
    const places = new Map(layout.boxes.map((placed) => [placed.box.key, placed]));
    for (const one of layout.boxes) {
      const around = places.get(one.box.parent ?? "") ?? { x: 0, y: 0, ...size(layout) };
      assert.ok(isWithin(one, around), `${one.box.key} sticks out`);
      for (const other of layout.boxes) {
        if (one === other || one.box.parent !== other.box.parent) continue;
        assert.ok(!overlap(one, other), `${one.box.key} lies on ${other.box.key}`);
      }
    }
  });

  it("lets every arrow begin and end at its boxes", async () => {
    const layout = await layOut(draw(stack()));
    const places = new Map(layout.boxes.map((placed) => [placed.box.key, placed]));
    assert.ok(layout.arrows.length > 5);
    for (const { arrow, points } of layout.arrows) {
      const [first, last] = [points[0], points.at(-1)];
      const [from, to] = [places.get(arrow.from), places.get(arrow.to)];
      assert.ok(
        first && from && isAtEdge(first, from),
        `${arrow.from} to ${arrow.to} begins apart`,
      );
      assert.ok(last && to && isAtEdge(last, to), `${arrow.from} to ${arrow.to} ends apart`);
    }
  });

  it("writes labels neither over each other nor over cards", async () => {
    const layout = await layOut(draw(stack()));
    const labels = layout.arrows.flatMap(({ label }) => label ?? []);
    const cards = layout.boxes.filter(({ box }) => box.shape === "card" || box.shape === "outside");
    assert.ok(labels.length > 3);
    for (const label of labels) {
      for (const other of [...labels, ...cards]) {
        assert.ok(label === other || !overlap(label, other), `${label.text} is written over`);
      }
    }
  });
});

const size = ({ width, height }: { width: number; height: number }) => ({ width, height });

describe("the SVG of a picture", () => {
  it("says what it shows to those who do not see it", async () => {
    const svg = await drawSvg(draw(stack()));
    assert.match(svg, /^<svg [^>]*role="img" aria-labelledby="picture-title picture-desc"/);
    assert.match(svg, /<title id="picture-title">Architecture of stack dev of ecs-handson</);
    assert.match(svg, /Application Load Balancer alb sends on to Target group targets \(rule 10\)/);
    assert.match(svg, /ECS service web may reach NAT gateway one for all zones \(all traffic\)/);
  });

  it("says each colour itself, for converters that know no variables of CSS", async () => {
    assert.ok(!(await drawSvg(draw(stack()))).includes("var("));
  });

  it("takes nothing in a name for markup", async () => {
    const name = `<script>alert("1")</script>&'`;
    const svg = await drawSvg(draw([...stack(), resource(tokens.repository, "evil", { name })]));
    assert.ok(!svg.includes("<script"));
    assert.ok(svg.includes("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&apos;"));
  });

  it("escapes every text so that it reads as it was", () => {
    const entities = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
    // XML 1.0, "Char": what a document may hold.
    const isHoldable = (letter: string) => {
      const code = letter.codePointAt(0) ?? 0;
      return code >= 32 ? code !== 0xfffe && code !== 0xffff : [9, 10, 13].includes(code);
    };
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const escaped = escapeXml(text);
        assert.doesNotMatch(escaped, /[<>"']|&(?!(amp|lt|gt|quot|apos);)/);
        const read = escaped.replace(
          /&(\w+);/g,
          (_, name: keyof typeof entities) => entities[name],
        );
        const letters = Array.from(text, (letter) => (isHoldable(letter) ? letter : "\ufffd"));
        assert.equal(read, letters.join(""));
      }),
    );
  });

  it("shortens a text to its two ends, never beyond what fits", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.integer({ min: 3, max: 60 }), (text, most) => {
        const short = Array.from(shorten(text, most));
        assert.ok(short.length <= most);
        const letters = Array.from(text);
        if (letters.length <= most) assert.equal(short.join(""), text);
        else assert.deepEqual([short[0], short.at(-1)], [letters[0], letters.at(-1)]);
      }),
    );
  });

  it("gives letters beyond Latin the room that they need", () => {
    assert.ok(textWidth("負荷分散", 12) >= 4 * 12);
    assert.ok(textWidth("WWWW", 12) > textWidth("iiii", 12));
  });
});
