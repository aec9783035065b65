import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { finished } from "node:stream/promises";

import fc from "fast-check";

import { onBoundedLines } from "../../../lab/shared/boundedLines";

async function linesOf(chunks: Iterable<Buffer>, longest?: number): Promise<string[]> {
  const stream = Readable.from(chunks, { objectMode: false });
  const lines: string[] = [];
  onBoundedLines(stream, (line) => lines.push(line), longest);
  await finished(stream);
  return lines;
}

describe("lines of a stream", () => {
  it("are as they were written, however they arrive", async () => {
    const line = fc.string({ unit: "grapheme" }).map((text) => text.replace(/[\r\n]/g, ""));
    await fc.assert(
      fc.asyncProperty(fc.array(line), fc.integer({ min: 1, max: 9 }), async (texts, size) => {
        const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(""));
        const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
          bytes.subarray(at * size, (at + 1) * size),
        );
        assert.deepEqual(await linesOf(chunks), texts);
      }),
    );
  });

  it("come without Windows's line endings, and the last needs none", async () => {
    assert.deepEqual(await linesOf([Buffer.from("one\r\ntw"), Buffer.from("o")]), ["one", "two"]);
  });

  it("come in pieces when they are long, with their end in one piece", async () => {
    const long = "x".repeat(1000);
    const pieces = await linesOf([Buffer.from(`${long}the end 0\nnext\n`)], 300);
    assert.equal(pieces.slice(0, -1).join(""), `${long}the end 0`);
    assert.ok(pieces.at(-2)?.endsWith("the end 0"));
    assert.equal(pieces.at(-1), "next");
  });

  // Node.js throws for strings of more than 512 MB.
  it("may be 600 MB long", async () => {
    const chunk = Buffer.alloc(2 ** 20, "x");
    let characters = 0;
    const stream = Readable.from(
      (function* () {
        for (let sent = 0; sent < 600; sent++) yield chunk;
      })(),
      { objectMode: false },
    );
    onBoundedLines(stream, (line) => (characters += line.length));
    await finished(stream);
    assert.equal(characters, 600 * 2 ** 20);
  }).timeout(60_000);
});
