import assert from "node:assert/strict";

import fc from "fast-check";

import type { Arrow, Box } from "../../../../lab/ui/diagram/architecture";
import { compare } from "../../../../lab/ui/diagram/compare";
import { drawSvg } from "../../../../lab/ui/diagram/drawSvg";
import { folded } from "../../../../lab/ui/diagram/fold";
import { headerLeft } from "../../../../lab/ui/diagram/header";
import { layOut, type PlacedBox, type Point } from "../../../../lab/ui/diagram/layout";
import { readingOrder } from "../../../../lab/ui/diagram/order";
import { layOutForPhone } from "../../../../lab/ui/diagram/phoneLayout";
import type { Rectangle } from "../../../../lab/ui/diagram/shapes";
import { escapeXml, shorten, textWidth, wrapped } from "../../../../lab/ui/diagram/text";
import { draw, resource, service, tokens, wholeStack } from "./fixture";

const stack = () => [...wholeStack(), service("api", "web-group"), service("shop", "web-group")];

const overlap = (one: Rectangle, other: Rectangle) =>
  one.x < other.x + other.width &&
  other.x < one.x + one.width &&
  one.y < other.y + other.height &&
  other.y < one.y + one.height;

const isWithin = (inner: Rectangle, outer: Rectangle) =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height;

/** Whether a point is on a box's upper or lower edge, within two pixels. */
const isAtEdge = ({ x, y }: { x: number; y: number }, box: Rectangle) => {
  const near = (one: number, other: number) => Math.abs(one - other) <= 2;
  const isBeside = x >= box.x - 2 && x <= box.x + box.width + 2;
  return isBeside && (near(y, box.y) || near(y, box.y + box.height));
};

describe("the layout of a picture", () => {
  it("keeps boxes apart, inside the boxes around them, and inside the picture", async () => {
    const layout = await layOut(draw(stack()));
    assert.equal(layout.boxes.length, draw(stack()).boxes.length, "every box has a place");
    const places = new Map(layout.boxes.map((placed) => [placed.box.key, placed]));
    for (const one of layout.boxes) {
      const around = places.get(one.box.parent ?? "") ?? { x: 0, y: 0, ...size(layout) };
      assert.ok(isWithin(one, around), `${one.box.key} sticks out`);
      for (const other of layout.boxes) {
        if (one === other || one.box.parent !== other.box.parent) continue;
        assert.ok(!overlap(one, other), `${one.box.key} overlaps ${other.box.key}`);
      }
    }
  });

  it("makes every arrow begin and end at its boxes", async () => {
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

describe("the layout of a picture on a phone", () => {
  const isBox = ({ shape }: Box) => shape !== "frame";

  it("stacks all boxes apart, inside the boxes around them, and within a phone's width", () => {
    const layout = layOutForPhone(draw(stack()));
    assert.equal(layout.width, 390);
    const places = new Map(layout.boxes.map((placed) => [placed.box.key, placed]));
    for (const one of layout.boxes) {
      const around = places.get(one.box.parent ?? "") ?? { x: 0, y: 0, ...size(layout) };
      assert.ok(isWithin(one, around), `${one.box.key} sticks out`);
    }
    const ordered = layout.boxes.filter(({ box }) => isBox(box)).sort((a, b) => a.y - b.y);
    assert.ok(ordered.length > 8);
    for (const [index, one] of ordered.entries()) {
      const next = ordered[index + 1];
      if (next) assert.ok(one.y + one.height < next.y, `${next.box.key} overlaps ${one.box.key}`);
    }
  });

  it("draws each arrow from box to box, through no other box and within the picture", () => {
    const layout = layOutForPhone(draw(stack()));
    const places = new Map(layout.boxes.map((placed) => [placed.box.key, placed]));
    const all = draw(stack()).arrows;
    assert.deepEqual(new Set(layout.arrows.map(({ arrow }) => arrow)), new Set(all));
    const isOnEdge = ({ x, y }: Point, box?: Rectangle) =>
      box !== undefined &&
      (x === box.x + box.width
        ? y > box.y && y < box.y + box.height
        : x > box.x && x < box.x + box.width) &&
      (x === box.x + box.width || y === box.y || y === box.y + box.height);
    for (const { arrow, points } of layout.arrows) {
      assert.ok(
        isOnEdge(points[0] ?? { x: 0, y: 0 }, places.get(arrow.from)),
        `${arrow.from} begins apart`,
      );
      assert.ok(
        isOnEdge(points.at(-1) ?? { x: 0, y: 0 }, places.get(arrow.to)),
        `${arrow.to} ends apart`,
      );
      for (const { x } of points) assert.ok(x > 0 && x < layout.width - 8, `${arrow.from} leaves`);
      points.slice(1).forEach((to, index) => {
        const from = points[index] ?? to;
        const way = {
          x: Math.min(from.x, to.x) + 0.5,
          y: Math.min(from.y, to.y) + 0.5,
          width: Math.abs(from.x - to.x) - 1,
          height: Math.abs(from.y - to.y) - 1,
        };
        for (const placed of layout.boxes.filter(({ box }) => isBox(box))) {
          assert.ok(
            !overlap(way, placed),
            `${arrow.from} to ${arrow.to} crosses ${placed.box.key}`,
          );
        }
      });
    }
  });

  it("gives arrows next to each other lanes of their own", () => {
    const layout = layOutForPhone(draw(stack()));
    const lanes = layout.arrows
      .filter(({ points }) => points.length === 4)
      .map(({ arrow, points }) => {
        const ys = points.map(({ y }) => y);
        return { arrow, x: points[1]?.x, top: Math.min(...ys), bottom: Math.max(...ys) };
      });
    assert.ok(lanes.length > 3);
    for (const one of lanes) {
      for (const other of lanes) {
        const same = ["from", "kind", "label"] as const;
        if (one.x !== other.x || same.every((key) => one.arrow[key] === other.arrow[key])) continue;
        assert.ok(one.bottom < other.top || other.bottom < one.top, "two arrows in one lane");
      }
    }
  });

  it("writes no label over another, or over a row of a box", () => {
    const layout = layOutForPhone(draw(stack()));
    const labels = layout.arrows.flatMap(({ label }) => label ?? []);
    const rows = layout.boxes.flatMap(({ rows, x, y }) =>
      rows.map((row) => {
        const width = textWidth(row.text, 11.5, true);
        return { text: row.text, x: x + 10, y: y + row.y - 9, width, height: 10 };
      }),
    );
    for (const label of labels) {
      for (const other of [...labels, ...rows]) {
        assert.ok(label === other || !overlap(label, other), `${label.text} over ${other.text}`);
      }
    }
  });
});

describe("the order in which a phone shows boxes", () => {
  const box = (key: string, parent?: string): Box => ({
    ...{ key, shape: "card", kind: "", title: key, lines: [], urns: [] },
    ...(parent === undefined ? {} : { parent }),
  });
  const order = (boxes: Box[], ways: string[]) =>
    readingOrder(
      boxes,
      ways.map((way): Arrow => {
        const [from = "", to = ""] = way.split(">");
        return { kind: "use", from, to, label: "" };
      }),
    )
      .map(({ key }) => key)
      .join("");

  it("follows the arrows, continues from the last box, and ends with those without arrows", () => {
    assert.equal(
      order(
        ["a", "b", "c", "d"].map((key) => box(key)),
        ["d>b", "b>c"],
      ),
      "dbca",
    );
    assert.equal(
      order(
        ["a", "b", "c", "d"].map((key) => box(key)),
        ["a>c", "b>d"],
      ),
      "acbd",
    );
  });

  it("puts a frame where its boxes have to be, and then what is in it", () => {
    assert.equal(order([box("a"), box("f"), box("x", "f"), box("y", "f")], ["y>x", "x>a"]), "fyxa");
  });

  it("ends even if arrows form a cycle", () => {
    assert.equal(
      order(
        ["a", "b"].map((key) => box(key)),
        ["a>b", "b>a"],
      ),
      "ab",
    );
  });
});

describe("zones that are folded", () => {
  it("become a card that lists once what is in subnets of each kind", () => {
    const { boxes } = folded(draw(stack()));
    assert.deepEqual(
      boxes.filter(({ shape }) => shape === "zone" || shape === "subnet"),
      [],
    );
    const [zones] = boxes.filter(({ kind }) => kind === "Availability Zone");
    assert.equal(zones?.title, "a, c");
    assert.deepEqual(
      zones.lines.map(({ text }) => text),
      [
        "public subnet: NAT gateway",
        "public subnet: load balancer alb",
        "private subnet: tasks of api",
        "private subnet: tasks of shop",
        "private subnet: tasks of web",
      ],
    );
  });

  it("keep what a difference marks", () => {
    const before = draw(stack());
    const marked = compare(
      draw(stack().filter(({ urn }) => !urn.endsWith("::web"))),
      before,
      new Map(),
    );
    const [zones] = folded(marked).boxes.filter(({ kind }) => kind === "Availability Zone");
    const line = zones?.lines.find(({ text }) => text.endsWith("tasks of web"));
    assert.equal(line?.mark, "added");
  });
});

describe("the header of a frame", () => {
  const frame = {
    ...{ x: 100, y: 50, width: 300, height: 200, rows: [] },
    box: { key: "f", shape: "frame", kind: "VPC", title: "network", lines: [], urns: [] },
  } satisfies PlacedBox;
  const down = (x: number, from: number, to: number) => ({
    points: [
      { x, y: from },
      { x, y: to },
    ],
  });

  it("begins at the left, or after the arrows that cross there", () => {
    assert.equal(headerLeft(frame, []), 110);
    assert.equal(headerLeft(frame, [down(120, 0, 40), down(130, 90, 200), down(390, 0, 200)]), 110);
    assert.equal(headerLeft(frame, [down(150, 0, 100), down(120, 0, 100)]), 155);
  });

  it("begins at the left if there is no room between arrows", () => {
    const everywhere = [130, 180, 230, 280, 330, 380].map((x) => down(x, 0, 100));
    assert.equal(headerLeft(frame, everywhere), 110);
  });
});

describe("a text in rows", () => {
  it("is the same text, with each row within the width", () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-zA-Z0-9 :./*-]{1,60}$|^[ァ-ヶ一-龠、（）a-z]{1,40}$/),
        fc.integer({ min: 60, max: 200 }),
        (text, most) => {
          const rows = wrapped(text, 12, most);
          const letters = (one: string) => one.replaceAll(" ", "");
          assert.equal(letters(rows.join("")), letters(text));
          for (const row of rows) assert.ok(textWidth(row, 12) <= most, row);
        },
      ),
    );
  });

  it("ends its rows between words, in Japanese too", () => {
    assert.deepEqual(wrapped("execution role products-execution-dev", 12, 150), [
      "execution role",
      "products-execution-dev",
    ]);
    assert.deepEqual(wrapped("path /products or /products/*", 12, 120), [
      "path /products or",
      "/products/*",
    ]);
    assert.deepEqual(wrapped("プライベートサブネット: web のタスク", 12, 160), [
      "プライベートサブネット:",
      "web のタスク",
    ]);
  });
});

const size = ({ width, height }: { width: number; height: number }) => ({ width, height });

describe("the SVG of a picture", () => {
  it("describes what it shows to those who cannot see it", async () => {
    const svg = await drawSvg(draw(stack()));
    assert.match(svg, /^<svg [^>]*role="img" aria-labelledby="picture-title picture-desc"/);
    assert.match(svg, /<title id="picture-title">Architecture of stack dev of ecs-handson</);
    assert.match(svg, /Application Load Balancer alb sends on to Target group targets \(rule 10\)/);
    assert.match(svg, /ECS service web may reach NAT gateway one for all zones \(all traffic\)/);
  });

  it("has literal colours, for converters without support for CSS variables", async () => {
    assert.ok(!(await drawSvg(draw(stack()))).includes("var("));
  });

  it("treats nothing in a name as markup", async () => {
    const name = `<script>alert("1")</script>&'`;
    const svg = await drawSvg(draw([...stack(), resource(tokens.repository, "evil", { name })]));
    assert.ok(!svg.includes("<script"));
    assert.ok(svg.includes("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&apos;"));
  });

  it("escapes every text so that it is read back as it was", () => {
    const entities = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
    // XML 1.0, "Char": what a document may contain.
    const isAllowed = (letter: string) => {
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
        const letters = Array.from(text, (letter) => (isAllowed(letter) ? letter : "\ufffd"));
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

  it("gives letters beyond Latin the width that they need", () => {
    assert.ok(textWidth("負荷分散", 12) >= 4 * 12);
    assert.ok(textWidth("WWWW", 12) > textWidth("iiii", 12));
  });
});
