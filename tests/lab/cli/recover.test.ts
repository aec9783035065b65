import assert from "node:assert/strict";
import { readFile, truncate, writeFile } from "node:fs/promises";
import * as path from "node:path";

import { workDirs } from "../../../lab/engine/workDirs";
import { accountOf, engineTimeout, lab, labReport, pulumiCli, stateFolder } from "./harness";

describe("a stack whose state and account were damaged", function () {
  this.timeout(4 * engineTimeout);
  let state: string;
  let remove: () => Promise<void>;

  before(pulumiCli);
  beforeEach(async () => ({ state, remove } = await stateFolder()));
  afterEach(() => remove());

  async function cutInHalf(file: string): Promise<void> {
    await truncate(file, (await readFile(file)).length >> 1);
  }

  /** Changes one letter in the middle of a journal, so that the changes after it have no predecessor. */
  async function changeInside(file: string): Promise<void> {
    const content = await readFile(file);
    const at = content.length >> 1;
    content[at] = (content[at] ?? 0) ^ 1;
    await writeFile(file, content);
  }

  it("is reported with its fix, restored by recover, and then updated and destroyed as before", async () => {
    const onState = ["--state", state];
    const up = ["up", "--no-serve", ...onState, "--config", "chapters=fargate"];
    assert.equal((await labReport(...up)).result, "succeeded");
    const before = (await accountOf(state)).map(({ urn }) => urn).sort();

    const account = path.join(state, "account");
    await cutInHalf(path.join(account, "account.json"));
    await changeInside(path.join(account, "journal.previous.jsonl"));
    const ofAccount = await lab("preview", ...onState);
    assert.match(ofAccount.stderr, /^error: .*account\.json is damaged: .*lab -- recover/m);

    await cutInHalf(workDirs(state, "dev").stackFile("ecs-handson"));
    const ofStack = await lab("preview", ...onState);
    assert.match(ofStack.stderr, /^error: .*dev\.json is damaged: .*recover --stack dev/m);
    for (const { code, stderr } of [ofAccount, ofStack]) {
      assert.equal(code, 1);
      assert.doesNotMatch(stderr, /\n +at |Unexpected|not valid JSON|checkpoint/);
    }

    const recovered = await lab("recover", ...onState);
    assert.equal(recovered.code, 0, recovered.stdout + recovered.stderr);
    assert.match(recovered.stdout, /the account was restored to its state after change \d+/);
    assert.match(recovered.stdout, /restored the stack's state from /);
    assert.equal(
      (await lab("recover", ...onState)).stdout,
      "Account and stack dev are intact and agree\n",
    );

    const again = await labReport(...up);
    assert.deepEqual([again.errors, again.result], [[], "succeeded"]);
    assert.deepEqual((await accountOf(state)).map(({ urn }) => urn).sort(), before);
    assert.deepEqual(Object.keys((await labReport("preview", ...onState)).changes), ["same"]);

    assert.equal((await labReport("destroy", ...onState)).result, "succeeded");
    assert.deepEqual(await accountOf(state), []);
  });
});
