import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";

import { drawSvg } from "../../../../lab/ui/diagram/drawSvg";
import { textInJapanese } from "../../../../lab/ui/diagram/japanese";
import { picturesFolder } from "../../../../lab/ui/commands/diagram/docsPictures";
import { architectureOf } from "../../../../lab/ui/diagram/model";
import { stackState } from "../../../../lab/ui/diagram/state";
import { wholeStack } from "./fixture";

/** Words of AWS's that are the same in Japanese, and names: of things in the stack, of ports and of actions. */
const same =
  /^(Application Load Balancer|VPC|tcp [\d-]+|(Source|Build|Deploy): \w+|[\w.:/-]+|network-vpc [\d./]+)$/;

const textsOf = (svg: string) =>
  [...svg.matchAll(/<text class="[^"]*"[^>]*>([^<]+)</g)].map(([, text = ""]) => text);

describe("a picture in Japanese", () => {
  const english = readdirSync(picturesFolder).filter((file) =>
    /^architecture-\w+\.svg$/.test(file),
  );

  for (const file of english) {
    it(`has no English but for names: ${file}`, () => {
      const svg = readFileSync(path.join(picturesFolder, file.replace(".svg", ".ja.svg")), "utf8");
      const left = textsOf(svg).filter(
        (text) => !same.test(text) && !/[\u3040-\u30ff\u4e00-\u9fff]/u.test(text),
      );
      assert.deepEqual(left, []);
    });

    it(`has as many texts, boxes and arrows as the English one: ${file}`, () => {
      const count = (name: string) => {
        const svg = readFileSync(path.join(picturesFolder, name), "utf8");
        return [/<text /g, /<rect /g, /<polygon /g].map((one) => [...svg.matchAll(one)].length);
      };
      assert.deepEqual(count(file.replace(".svg", ".ja.svg")), count(file));
    });
  }

  it("says what has a name or a number in it, and leaves alone what it does not know", () => {
    assert.equal(textInJapanese("desired count 3"), "必要なタスク数 3");
    assert.equal(textInJapanese("33205. path /auth or /auth/*"), "33205. パス /auth、/auth/*");
    assert.equal(textInJapanese("logs in /ecs/a, 30 days"), "ログ /ecs/a（30 日間）");
    assert.equal(textInJapanese("on fire and more"), "on fire and more");
  });

  it("is marked as Japanese, and tells in Japanese what it shows", async () => {
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
