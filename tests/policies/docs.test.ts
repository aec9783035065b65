import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { pathOf, policyDocs, WORDINGS } from "../../policies/commands/docs";
import { JAPANESE_TEXTS, japaneseTexts } from "../../policies/commands/japanese";
import { rules } from "../../policies/rules";

for (const wording of WORDINGS) {
  describe(`docs/${wording.file}`, () => {
    let page: string;

    before(async () => {
      page = await policyDocs(wording);
    });

    it("is up to date with the rules (run npm run policy:docs)", () => {
      assert.equal(readFileSync(pathOf(wording), "utf8"), page);
    });

    it("has a section for every rule", () => {
      for (const { name } of rules) {
        assert.ok(page.includes(`\n### ${name}\n`), name);
      }
    });
  });
}

describe(JAPANESE_TEXTS, () => {
  const texts = japaneseTexts();
  const settingsOf = (settings: object = {}) => Object.keys(settings).sort();

  it("has a text for every rule and each of its settings, and no others", () => {
    const expected = rules.map(({ name, metadata }) => [name, settingsOf(metadata.settings)]);
    assert.deepEqual(
      Object.fromEntries(
        Object.entries(texts).map(([name, { settings }]) => [name, settingsOf(settings)]),
      ),
      Object.fromEntries(expected),
    );
  });

  it("uses the same identifiers in its remediation steps as the rule does", () => {
    // `assignPublicIp`, `secrets[].valueFrom`, `IMMUTABLE_WITH_EXCLUSION`, but neither English words nor short ones such as TLS.
    const names = /(?<![\w.])[\w.:[\]-]*(?:[a-z][A-Z]|[A-Z_]{6})[\w.[\]]*(?<!\.)/g;
    const missing = rules.flatMap(({ name, metadata }) =>
      (metadata.remediationSteps.match(names) ?? [])
        .filter((one) => texts[name]?.remediationSteps.includes(one) !== true)
        .map((one) => `${name}: ${one}`),
    );
    assert.deepEqual(missing, []);
  });

  it("is in Japanese, in complete sentences", () => {
    const all = Object.entries(texts).flatMap(([name, text]) => {
      const { description, reason = "", remediationSteps, settings = {} } = text;
      return [description, reason, remediationSteps, ...Object.values(settings)].map(
        (one) => [name, one] as const,
      );
    });
    assert.deepEqual(
      all.filter(([, one]) => !/[ぁ-ん]/.test(one) || !one.endsWith("。")),
      [],
    );
  });
});
