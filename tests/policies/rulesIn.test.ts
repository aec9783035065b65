import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rulesIn } from "../../policies/lib/rulesIn";
import { rules } from "../../policies/rules";

const rule = (name: string, required = false) =>
  `exports.default = { name: "${name}", metadata: { name: "${name}", required: ${required} } };`;

describe("a folder of rules", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "rules-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const load = (files: Readonly<Record<string, string>>) => {
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
    return rulesIn(folder).map(({ name }) => name);
  };

  it("loads every rule that has a file in it, and nothing else", () => {
    const other = "throw new Error('it is not a rule');";
    assert.deepEqual(
      load({
        "b-rule.js": rule("b-rule"),
        "a-rule.cts": rule("a-rule"),
        "index.js": other,
        "b-rule.d.ts": other,
        "b-rule.test.js": other,
        "b-rule.js.map": other,
        "README.md": other,
      }),
      ["a-rule", "b-rule"],
    );
  });

  it("loads a rule that was compiled beside its source only once", () => {
    assert.deepEqual(load({ "one.ts": rule("one"), "one.js": "exports.stale = 1" }), ["one"]);
  });

  it("puts required rules first, and the rules about other rules last", () => {
    const last = ["policy-values-known", "policy-exemptions-current"];
    const names = ["a-rule", "z-rule", ...last];
    const files = names.map((name) => [`${name}.js`, rule(name)]);
    assert.deepEqual(
      load({ ...Object.fromEntries(files), "first.js": rule("first", true) } as never),
      ["first", "a-rule", "z-rule", ...last],
    );
  });

  it("reports every file without a rule of its name", () => {
    assert.throws(
      () => load({ "empty.js": "", "moved.js": rule("other"), "right.js": rule("right") }),
      ({ message }: Error) => {
        assert.match(message, /empty exports no rule/);
        assert.match(message, /moved has the rule "other": a file must be named after its rule/);
        assert.doesNotMatch(message, /right/);
        return true;
      },
    );
  });

  it("has a rule for each of its files, as in the pack", () => {
    const files = readdirSync(join(__dirname, "../../policies/rules"));
    const names = files.map((file) => file.replace(/\.ts$/, "")).filter((name) => name !== "index");
    assert.deepEqual(rules.map(({ name }) => name).sort(), names.sort());
  });
});
