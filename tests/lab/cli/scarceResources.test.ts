import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdir } from "node:fs/promises";
import * as path from "node:path";

import { repository } from "../../../lab/shared/repository";
import { accountOf, engineTimeout, lab, pulumiCli, stateFolder } from "./harness";

/** Runs a lab command in a shell that sets its limits; it must end within a minute. */
function inShell(prefix: string, ...args: string[]) {
  const command = [path.join("lab", "main.cjs"), ...args];
  const script = `${prefix} "$0" "$@"`;
  const options = { cwd: repository, encoding: "utf8", timeout: 60_000 } as const;
  const ended = spawnSync("sh", ["-c", script, process.execPath, ...command], options);
  assert.equal(ended.error, undefined);
  return ended;
}

describe("a lab on a machine that is short of something", function () {
  this.timeout(2 * engineTimeout);
  let folder: string;
  let remove: () => Promise<void>;
  let isMounted = false;

  before(pulumiCli);
  beforeEach(async () => ({ state: folder, remove } = await stateFolder()));
  afterEach(async () => {
    if (isMounted) spawnSync("umount", [folder]);
    isMounted = false;
    await remove();
  });

  /** Mounts a disk of its own on the folder; the test is skipped where that is not allowed: only root may. */
  function mount(test: Mocha.Context, ...options: string[]): void {
    const { status } = spawnSync("mount", [...options, folder]);
    if (status !== 0 && !isMounted) test.skip();
    assert.equal(status, 0);
    isMounted = true;
  }

  it("reports that the disk is full, and continues once there is room", async function () {
    mount(this, "-t", "tmpfs", "-o", "size=600k", "tmpfs");
    const state = path.join(folder, "lab");
    const full = await lab("up", "--no-serve", "--state", state);
    assert.equal(full.code, 1);
    assert.match(full.stderr, /no space left on device/);
    mount(this, "-o", "remount,size=30m");
    const { code, stdout, stderr } = await lab("up", "--no-serve", "--state", state);
    assert.equal(code, 0, stdout + stderr);
    const urns = (await accountOf(state)).map(({ urn }) => urn);
    assert.equal(new Set(urns).size, urns.length, "no resource twice");
  });

  it("says that a folder is read-only, and what to do", async function () {
    mount(this, "-t", "tmpfs", "-o", "size=2m", "tmpfs");
    const state = path.join(folder, "lab");
    await mkdir(state);
    mount(this, "-o", "remount,ro");
    const { code, stderr } = await lab("status", "--state", state);
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^error: the folder is not writable, .* read-only: use another one with --state/m,
    );
    assert.doesNotMatch(stderr, /\n +at /);
  });

  for (const bound of [24, 30]) {
    it(`says in one sentence that a limit of ${bound} open files is too low`, () => {
      const { status, stdout, stderr } = inShell(
        `ulimit -n ${bound};`,
        "status",
        "--state",
        folder,
      );
      assert.deepEqual([status, stdout], [1, ""]);
      assert.equal(
        stderr,
        "error: this process may open too few files; raise the limit, e.g. with ulimit -n 1024\n",
      );
    });
  }

  it("works without a home folder, and with a limit of 40 open files", () => {
    for (const prefix of ["env -u HOME", "ulimit -n 40;"]) {
      const { status, stdout, stderr } = inShell(prefix, "status", "--state", folder);
      assert.equal(status, 0, stdout + stderr);
    }
  });
});
