import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rulesIn } from "../../policies/index";
import { check, type TestResource } from "./harness";

const topic = (props: object): TestResource => ({ type: "aws:sns/topic:Topic", props });

describe("an organisation's own pack", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "own-pack-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** What the pack says on standard error, and how it ends. */
  async function started(manifest: object, pack: string): Promise<[number, string]> {
    await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
    const program = `const pack = require(${JSON.stringify(join(__dirname, "../../policies/index.cjs"))});
      ${pack}`;
    return new Promise((resolve) => {
      execFile(process.execPath, ["-e", program], { cwd: folder }, (error, _out, complaints) => {
        resolve([error === null ? 0 : Number(error.code), complaints]);
      });
    });
  }

  it("has rules that judge as this pack's do", async () => {
    const own = rulesIn(join(__dirname, "ownPack", "rules"));
    const [found, ...more] = await check(own, [topic({})]);
    assert.deepEqual(more, []);
    assert.equal(found?.level, "mandatory");
    assert.match(found.message, /The topic is not encrypted: set kmsMasterKeyId/);
    assert.deepEqual(await check(own, [topic({ kmsMasterKeyId: "alias/aws/sns" })]), []);
  });

  it("does not start with a rule that has the same name as another", async () => {
    const rule = `pack.makeRule({ name: "listener-https", types: [] }, {})`;
    const [code, said] = await started(
      { version: "1.0.0" },
      `pack.policyPack("a", { rules: [${rule}] });`,
    );
    assert.equal(code, 1);
    assert.match(
      said,
      /^the policy pack has two rules named listener-https: give yours another name\n$/,
    );
  });

  it("does not start without a version", async () => {
    const [code, said] = await started({ name: "a" }, `pack.policyPack("a");`);
    assert.equal(code, 1);
    assert.match(said, /^the policy pack has no version: write one in .*package\.json\n$/);
  });

  it("does not start with a folder in which a file exports no rule", async () => {
    await writeFile(join(folder, "some-rule.js"), "");
    const [code, said] = await started(
      { version: "1.0.0" },
      `pack.policyPack("a", { rules: pack.rulesIn(".") });`,
    );
    assert.equal(code, 1);
    assert.match(said, /some-rule exports no rule/);
  });
});
