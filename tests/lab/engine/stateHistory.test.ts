import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { foldersOf } from "../../../lab/engine/internals/engineFiles";
import { forgetOldStates, KEPT_STATES } from "../../../lab/engine/stateHistory";

describe("the earlier states of a stack", () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(path.join(tmpdir(), "lab-"));
  });
  afterEach(() => rm(dir, { recursive: true }));

  it("are kept for the last updates only, with a history entry for every update", async () => {
    const stackFile = path.join(dir, "stacks", "shop", "dev.json");
    const { history, backups } = foldersOf(stackFile);
    for (const folder of [history, backups]) await mkdir(folder, { recursive: true });
    const times = Array.from({ length: KEPT_STATES + 3 }, (_, i) => `17959701991341${i + 10}`);
    for (const time of times) {
      await writeFile(path.join(history, `dev-${time}.checkpoint.json`), "{}");
      await writeFile(path.join(history, `dev-${time}.history.json`), "{}");
      await writeFile(path.join(backups, `dev.${time}.json`), "{}");
    }
    await forgetOldStates(stackFile);
    const kept = times.slice(3);
    const expected = [
      ...kept.map((time) => `dev-${time}.checkpoint.json`),
      ...times.map((time) => `dev-${time}.history.json`),
    ];
    assert.deepEqual((await readdir(history)).sort(), expected.sort());
    assert.deepEqual(
      (await readdir(backups)).sort(),
      kept.map((time) => `dev.${time}.json`),
    );
  });

  it("may not exist", async () => {
    await assert.doesNotReject(forgetOldStates(path.join(dir, "stacks", "shop", "dev.json")));
  });
});
