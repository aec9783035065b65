import assert from "node:assert/strict";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";

import fc from "fast-check";

import { ClassRecord } from "../../classroom/record";
import { parseRoster, type Roster } from "../../classroom/roster";
import { slicesOf } from "../../classroom/slices";
import { readDefaults } from "../../classroom/stackSettings";

describe("slices of a class", () => {
  const learners = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ stack: `c-${i}` })) as unknown as Roster["learners"];

  it("have every stack once, in as few slices as the given size allows", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 255 }),
        fc.integer({ min: 1, max: 100 }),
        (count, size) => {
          const roster = {
            class: "c",
            network: "own",
            learners: learners(count),
          } as unknown as Roster;
          const { slices } = slicesOf(roster, size);
          const stacks = slices.map((one) => one.stacks.split(" "));
          assert.deepEqual(
            stacks.flat(),
            roster.learners.map(({ stack }) => stack),
          );
          assert.equal(slices.length, Math.ceil(count / size));
          assert.ok(stacks.every(({ length }) => length >= 1 && length <= size));
        },
      ),
    );
  });

  it("come with the shared network, which goes first", async () => {
    const text = "class: c\nnetwork: shared\nlearners: [ann, bob, cy]\n";
    const roster = parseRoster(text, "classroom.yaml", await readDefaults());
    assert.deepEqual(slicesOf(roster, 2), {
      class: "c",
      network: "c-network",
      slices: [
        { slice: 1, stacks: "c-ann c-bob" },
        { slice: 2, stacks: "c-cy" },
      ],
    });
  });
});

describe("records of slices", () => {
  let dir: string;
  beforeEach(async () => (dir = await mkdtemp(path.join(tmpdir(), "slices-"))));
  afterEach(() => rm(dir, { recursive: true }));

  const file = (name: string) => path.join(dir, `${name}.json`);
  const ann = { stack: "c-ann", name: "ann", learner: "ann", expires: "never" };
  const bob = { stack: "c-bob", name: "bob", learner: "bob", expires: "never" };

  it("are merged into one that has what each of them did", async () => {
    const base = await ClassRecord.open(file("base"), "c");
    await base.allocate([ann, bob]);
    for (const [name, learner] of [
      ["one", ann],
      ["two", bob],
    ] as const) {
      await copyFile(file("base"), file(name));
      const record = await ClassRecord.open(file(name), "c");
      await record.note(learner, { phase: "up", made: name });
    }
    await base.merge([file("one"), file("two")]);
    const merged = await ClassRecord.open(file("base"), "c");
    assert.deepEqual(
      merged.standing().map(([stack, { phase, made, slot }]) => [stack, phase, made, slot]),
      [
        ["c-ann", "up", "one", 1],
        ["c-bob", "up", "two", 2],
      ],
    );
  });

  it("are merged all or not at all", async () => {
    const base = await ClassRecord.open(file("base"), "c");
    await base.allocate([ann]);
    await copyFile(file("base"), file("one"));
    await (await ClassRecord.open(file("one"), "c")).note(ann, { phase: "up" });
    await assert.rejects(base.merge([file("one"), file("none")]), /none\.json: not found/);
    assert.equal((await ClassRecord.open(file("base"), "c")).get("c-ann")?.phase, "new");
  });
});
