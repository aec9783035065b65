import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";

import * as yaml from "yaml";

import { repository } from "../../lab/shared/repository";
import { choices } from "../../settings";
import { changes, rows, type Values } from "./rows";
import { lengthOf, ofShard } from "./shard";

describe("the matrix of changes", () => {
  const project = yaml.parse(readFileSync(path.join(repository, "Pulumi.yaml"), "utf8")) as {
    config: Record<string, { default?: unknown; value?: unknown }>;
  };

  it("has a row for every setting, and for nothing else", () => {
    assert.deepEqual(Object.keys(changes).sort(), Object.keys(project.config).sort());
    for (const [key, list] of Object.entries(changes)) assert.ok(list.length > 0, key);
  });

  it("tries every value that a setting has to choose from", () => {
    for (const [key, values] of Object.entries(choices)) {
      const tried = rows.flatMap(({ steps }) => steps.map((step) => step.values[key]));
      const standard = project.config[key]?.default;
      for (const value of values) {
        assert.ok(value === standard || tried.includes(value), `${key} ${value}`);
      }
    }
  });

  it("changes each setting to another value than the default", () => {
    for (const [key, list] of Object.entries(changes)) {
      const { default: standard, value } = project.config[key] ?? {};
      const isChanged = (values: Values) =>
        key in values && values[key] !== String(standard ?? value);
      assert.ok(
        list.some(({ to }) => to.some(isChanged)),
        key,
      );
    }
  });

  it("has each row in one shard, and shards of about the same length", () => {
    const longestRow = Math.max(...rows.map((row) => lengthOf([row])));
    for (const shards of [1, 4, 7]) {
      const parts = Array.from({ length: shards }, (_, i) => ofShard(rows, `${i + 1}/${shards}`));
      assert.deepEqual(
        parts
          .flat()
          .map(({ title }) => title)
          .sort(),
        rows.map(({ title }) => title).sort(),
      );
      const share = lengthOf(rows) / shards;
      for (const part of parts) assert.ok(Math.abs(lengthOf(part) - share) <= longestRow);
    }
    for (const wrong of ["0/4", "5/4", "4", "a/b"]) {
      assert.throws(() => ofShard(rows, wrong), /is not a shard such as 1\/4/);
    }
  });

  it("has no row twice", () => {
    assert.equal(new Set(rows.map(({ title }) => title)).size, rows.length);
  });
});
