import assert from "node:assert/strict";
import { appendFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { EngineEventLog } from "../../../lab/engine/eventLog";

describe("the engine's event log", () => {
  it("is read while it is written, to its end, in whole events only", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "event-log-"));
    try {
      const file = path.join(folder, "events.jsonl");
      const seen: number[] = [];
      const log = new EngineEventLog(file, ({ sequence }) => seen.push(sequence));
      // A multi-byte character, cut in two.
      const text = Buffer.from('{"sequence":0,"x":"…"}\n');
      await appendFile(file, text.subarray(0, text.length - 5));
      await appendFile(file, Buffer.concat([text.subarray(text.length - 5), Buffer.from("{")]));
      while (seen.length === 0) await sleep(20);
      await appendFile(file, '"sequence":1}\n{"sequence":2}\n{"seq');
      await log.end();
      assert.deepEqual(seen, [0, 1, 2]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("may be missing: an engine that could not start writes none", async () => {
    await new EngineEventLog("/nowhere/events.jsonl", () => assert.fail()).end();
  });
});
