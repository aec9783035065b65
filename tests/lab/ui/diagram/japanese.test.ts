import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";

import { compare } from "../../../../lab/ui/diagram/compare";
import { drawSvg } from "../../../../lab/ui/diagram/drawSvg";
import { textInJapanese } from "../../../../lab/ui/diagram/japanese";
import { picturesFolder } from "../../../../lab/ui/commands/diagram/docsPictures";
import { architectureOf } from "../../../../lab/ui/diagram/model";
import { stackState } from "../../../../lab/ui/diagram/state";
import { resource, tokens, urnOf, wholeStack } from "./fixture";

/** Words of AWS and git that are the same in Japanese, and names: of things in the stack, of ports and of actions. */
const same =
  /^(Application Load Balancer|VPC|git push|tcp [\d-]+|(Source|Build|Deploy): \w+|[\w.:/…-]+(, \w[\w.-]*)*,?|network-vpc [\d./]+)$/;

/** The texts of a picture. Lines are taken from the boxes' tooltips, where they are whole. */
function textsOf(svg: string): string[] {
  const written = [...svg.matchAll(/<text class="(?:kind|title|label)[^"]*"[^>]*>([^<]+)</g)];
  const legend = [...svg.matchAll(/<\/g>\n<text class="line[^"]*"[^>]*>([^<]+)</g)];
  const lines = [...svg.matchAll(/<title>([^<]+)</g)].flatMap(([, tooltip = ""]) =>
    tooltip.split("; ").slice(1),
  );
  return [...lines, ...[...written, ...legend].map(([, text = ""]) => text)];
}

describe("a picture in Japanese", () => {
  const english = readdirSync(picturesFolder).filter((file) =>
    /^architecture-\w+(\.phone)?\.svg$/.test(file),
  );

  for (const file of english) {
    it(`has no English except names: ${file}`, () => {
      const svg = readFileSync(path.join(picturesFolder, file.replace(".svg", ".ja.svg")), "utf8");
      const left = textsOf(svg).filter(
        (text) => !same.test(text) && !/[\u3040-\u30ff\u4e00-\u9fff]/u.test(text),
      );
      assert.deepEqual(left, []);
    });

    // Texts are counted in the description: boxes have rows, which wrap where the language allows.
    it(`has as many texts, boxes and arrows as the English one: ${file}`, () => {
      const count = (name: string) => {
        const svg = readFileSync(path.join(picturesFolder, name), "utf8");
        const [, description = ""] = /<desc [^>]*>([^<]+)</.exec(svg) ?? [];
        return [
          description.split("\n").length,
          ...[/<rect /g, /<polygon /g].map((one) => [...svg.matchAll(one)].length),
        ];
      };
      assert.deepEqual(count(file.replace(".svg", ".ja.svg")), count(file));
    });
  }

  it("translates texts with names and numbers, and leaves alone what it does not know", () => {
    assert.equal(textInJapanese("desired count 3"), "必要なタスク数 3");
    assert.equal(textInJapanese("33205. path /auth or /auth/*"), "33205. パス /auth、/auth/*");
    assert.equal(textInJapanese("logs in /ecs/a, 30 days"), "ログ /ecs/a（30 日間）");
    assert.equal(textInJapanese("on fire and more"), "on fire and more");
    assert.equal(textInJapanese("runs on"), "実行先");
    assert.equal(
      textInJapanese("desired count (known after the update)"),
      "desired count （更新後に判明）",
    );
  });

  it("shows a difference in Japanese, and nothing of it in English", async () => {
    const before = stackState(wholeStack());
    const changes = new Map([
      [urnOf(tokens.targetGroup, "targets"), { action: "replace" as const, inputs: [] }],
      [urnOf(tokens.cluster, "cluster"), { action: "update" as const, inputs: ["tags"] }],
    ]);
    const after = stackState([
      ...wholeStack().filter(({ urn }) => urn !== urnOf(tokens.secret, "token")),
      resource(tokens.repository, "images", { imageTagMutability: "IMMUTABLE" }),
      resource("aws:quantum/computer:Computer", "one"),
    ]);
    const svg = await drawSvg(
      compare(architectureOf(before), architectureOf(after), changes),
      "ja",
    );
    for (const one of ["+ 追加される", "~ 変更される", "− 削除される", "~ 作り直される"])
      assert.ok(svg.includes(`>${one}<`), one);
    assert.match(
      svg,
      /^ECR リポジトリ images（AWS リージョン[^）]*の中）: イミュータブル（追加される）。$/m,
    );
    assert.match(
      svg,
      /^ECS クラスター cluster（[^\n]*: ほかの変更 tags（変更される）（変更される）。$/m,
    );
    assert.match(svg, /^図にできない種類のリソース: 1 × aws:quantum\/computer:Computer。</m);
    const texts = [...svg.matchAll(/>([^<]+)<\/(?:text|title|desc)>/g)].map(([, text]) => text);
    assert.ok(texts.length > 50);
    assert.doesNotMatch(texts.join("\n"), /would|changed|replaced|Not drawn|other/);
  });

  it("is marked as Japanese, and describes in Japanese what it shows", async () => {
    const svg = await drawSvg(architectureOf(stackState(wholeStack())), "ja");
    assert.match(svg, /<svg [^>]*lang="ja"/);
    assert.match(svg, /<title id="picture-title">ecs-handson のスタック dev の構成<\/title>/);
    assert.match(svg, /^アベイラビリティーゾーン a（VPC vpc 10\.0\.0\.0\/16 の中）。$/m);
    assert.match(
      svg,
      /^ECS サービス web から NAT ゲートウェイ 全ゾーンで 1 つ への通信は許可される（すべてのトラフィック）。$/m,
    );
  });
});
