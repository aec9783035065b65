import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { canRedraw, LiveLine } from "../../../lab/shared/liveLine";
import { createProgress } from "../../../lab/shared/progress";
import { repository } from "../../../lab/shared/repository";

describe("progress", () => {
  const before = { CI: process.env.CI, TERM: process.env.TERM };
  beforeEach(() => {
    delete process.env.CI;
    process.env.TERM = "xterm";
  });
  afterEach(() => {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  });

  /** What a terminal is sent during an operation. */
  function shown(screen: { isTTY?: boolean; columns?: number }): string {
    let text = "";
    const write = (more: string) => void (text += more);
    const progress = createProgress(new LiveLine({ ...screen, write }), write);
    progress.start("Building");
    progress.update("Building: 1 of 2");
    progress.succeed("Built");
    return text;
  }

  const plain = "- Building\n✔ Built\n";

  it("is redrawn in one line of a terminal, which is cleared at the end", () => {
    const parts = shown({ isTTY: true, columns: 80 }).split("\r\u001b[2K");
    assert.deepEqual(parts.slice(1, 3), ["Building (0 s)", "Building: 1 of 2 (0 s)"]);
    assert.equal(parts.at(-1), "✔ Built\n");
  });

  for (const columns of [0, undefined]) {
    it(`is plain lines in a terminal of ${columns ?? "unknown"} columns`, () => {
      assert.equal(shown({ isTTY: true, columns }), plain);
    });
  }

  it("is plain lines in a pipe", () => {
    assert.equal(shown({ columns: 80 }), plain);
  });

  for (const [name, value] of [
    ["CI", "true"],
    ["TERM", "dumb"],
  ] as const) {
    it(`is plain lines if ${name} is ${value}`, () => {
      process.env[name] = value;
      assert.equal(shown({ isTTY: true, columns: 80 }), plain);
      assert.equal(canRedraw({ isTTY: true, columns: 80 }), false);
    });
  }

  it("fits in the terminal's columns, of which some characters take two", () => {
    let text = "";
    const live = new LiveLine({ isTTY: true, columns: 12, write: (more) => (text += more) });
    live.show("up: 山田花子");
    live.clear();
    assert.equal(text, "\r\u001b[2Kup: 山田花\r\u001b[2K");
  });

  it("is plain lines in a real terminal of no columns", async function () {
    this.timeout(60_000);
    if (process.platform !== "linux") this.skip();
    const program = [
      'const { createProgress } = require("./lab/shared/progress.ts");',
      "const progress = createProgress();",
      'progress.start("Building");',
      'setTimeout(() => progress.succeed("Built"), 1000);',
      "process.on('exit', () => console.log(process.stderr.isTTY, process.stderr.columns));",
    ].join("");
    // Without a terminal of its own, script makes one of no size.
    const command = `${process.execPath} --require ./loader -e '${program.replaceAll("'exit'", '"exit"')}'`;
    const run = promisify(execFile)("script", ["-qec", command, "/dev/null"], { cwd: repository });
    run.child.stdin?.end();
    const { stdout } = await run;
    // eslint-disable-next-line no-control-regex
    assert.deepEqual(stdout.replace(/\u001b\[\d+m/g, "").split("\r\n"), [
      "- Building",
      "✔ Built",
      "true 0",
      "",
    ]);
  });
});
