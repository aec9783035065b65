import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { repository } from "../../lab/shared/repository";

describe("the compiled lab", () => {
  let checkout: string;
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "compiled-"));
    checkout = path.join(folder, "checkout");
    mkdirSync(path.join(checkout, "lab", "part"), { recursive: true });
    symlinkSync(path.join(repository, "node_modules"), path.join(checkout, "node_modules"));
    for (const file of ["package-lock.json", "lab/compiled.cjs"]) {
      copyFileSync(path.join(repository, file), path.join(checkout, file));
    }
    source("lab/cli.ts", 'import { say } from "./part/say";\nsay("hello");\n');
    source(
      "lab/part/say.ts",
      "export const say = (word: string) => console.log(word, __filename, __dirname);\n",
    );
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const source = (file: string, text: string) => {
    writeFileSync(path.join(checkout, file), text);
  };
  const compiled = () => path.join(checkout, "lab", ".compiled", "cli.cjs");

  /**
   * What the compiled program prints, or `not compiled`.
   * @param before JavaScript that runs first
   */
  function run(before = ""): string {
    const script = `${before}
      require(${JSON.stringify(path.join(checkout, "lab", "compiled.cjs"))})
      .compiled("cli").then((start = () => console.log("not compiled")) => start());`;
    const { stdout, stderr } = spawnSync(process.execPath, ["-e", script], { encoding: "utf8" });
    assert.equal(stderr, "");
    return stdout.trim();
  }

  const printed = (word: string) => {
    const part = path.join(checkout, "lab", "part");
    return [word, path.join(part, "say.ts"), part].join(" ");
  };

  it("is compiled once, and knows the paths of its sources", () => {
    assert.equal(run(), printed("hello"));
    const { ino } = statSync(compiled());
    assert.equal(run(), printed("hello"));
    assert.equal(statSync(compiled()).ino, ino);
    assert.deepEqual(readdirSync(path.dirname(compiled())), ["cli.cjs"]);
  });

  it("is recompiled when any of its sources changed or moved", () => {
    run();
    source(
      "lab/part/say.ts",
      'export const say = (word: string) => console.log(word + "!", __filename, __dirname);',
    );
    assert.equal(run(), printed("hello!"));
    source("lab/cli.ts", 'import { say } from "./part/say";\nsay("goodbye");\n');
    assert.equal(run(), printed("goodbye!"));
    const moved = path.join(folder, "moved");
    renameSync(checkout, moved);
    checkout = moved;
    assert.equal(run(), printed("goodbye!"));
  });

  it("is recompiled when a source changed after it was read", () => {
    const changed =
      'export const say = (word: string) => console.log(word + "!", __filename, __dirname);';
    const changes = `const fs = require("node:fs");
      const read = fs.readFileSync;
      fs.readFileSync = (file, ...options) => {
        const text = read(file, ...options);
        if (file.endsWith("say.ts")) fs.writeFileSync(file, ${JSON.stringify(changed)});
        return text;
      };`;
    assert.equal(run(changes), printed("hello"));
    assert.equal(run(), printed("hello!"));
  });

  it("leaves nothing half written if the disk is full", () => {
    const full = `const fs = require("node:fs");
      const write = fs.writeFileSync;
      fs.writeFileSync = (file, text, ...options) => {
        write(file, text.slice(0, 100), ...options);
        throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
      };`;
    assert.equal(run(full), "not compiled");
    assert.deepEqual(readdirSync(path.dirname(compiled())), []);
  });

  it("is recompiled when it was damaged", () => {
    run();
    truncateSync(compiled(), statSync(compiled()).size - 20);
    assert.equal(run(), printed("hello"));
    writeFileSync(compiled(), readFileSync(compiled(), "utf8").replace("hello", "hullo"));
    assert.equal(run(), printed("hello"));
    writeFileSync(compiled(), "");
    assert.equal(run(), printed("hello"));
  });

  it("is not used if it cannot be compiled or stored", () => {
    source("lab/.compiled", "a file in the folder's place");
    assert.equal(run(), "not compiled");
    rmSync(path.join(checkout, "lab", ".compiled"));
    source("lab/part/say.ts", "export const say = (");
    assert.equal(run(), "not compiled");
    assert.ok(!existsSync(compiled()));
  });

  it("contains all of the lab, and nothing of the packages", () => {
    const { status } = spawnSync(process.execPath, [path.join("lab", "main.cjs"), "--help"], {
      cwd: repository,
    });
    assert.equal(status, 0);
    const text = readFileSync(path.join(repository, "lab", ".compiled", "cli.cjs"), "utf8");
    const { sources } = JSON.parse(text.slice(2, text.indexOf("\n"))) as { sources: object };
    const files = Object.keys(sources);
    assert.ok(files.includes("lab/account/account.ts") && files.includes("lab/host/openHost.ts"));
    assert.deepEqual(
      files.filter((file) => file.includes("node_modules")),
      [],
    );
  });
});
