import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const shim = resolve(__dirname, "../../../../lab/runtime/dataplane/tasks/nginxShim.mjs");

describe("the process that keeps this machine's nginx", () => {
  let folder: string;
  const inFolder = (name: string) => join(folder, name);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ecs-handson-shim-"));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("ends nginx if nobody reads what it prints any more, though the lab has not disconnected yet", async () => {
    writeFileSync(
      inFolder("nginx"),
      '#!/bin/sh\necho $$ > "$2/started"\necho "GET /" >> "$2/access.log"\nexec sleep 1000\n',
      { mode: 0o755 },
    );
    const child = spawn(
      process.execPath,
      [shim, inFolder("nginx"), "", folder, inFolder("pid"), "1", inFolder("access.log"), ""],
      { stdio: ["ignore", "pipe", "ignore", "ipc"] },
    );
    child.stdout?.destroy();
    await once(child, "exit");
    const nginx = Number(readFileSync(inFolder("started"), "utf8"));
    // A process that has ended cannot be signalled; one that is left over ends here.
    assert.throws(() => process.kill(nginx, "SIGKILL"), { code: "ESRCH" });
  });
});
