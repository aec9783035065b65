import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import {
  chmod,
  chown,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";

import { repository } from "../../lab/shared/repository";

describe("the loader of the program", function () {
  this.timeout(60_000);
  let dir: string;

  beforeEach(async () => {
    dir = await mkdtemp(path.join(tmpdir(), "loader-"));
    await symlink(path.join(repository, "node_modules"), path.join(dir, "node_modules"));
  });
  afterEach(() => rm(dir, { recursive: true }));

  async function run(program: string) {
    await writeFile(path.join(dir, "index.ts"), program);
    const args = ["--require", "ecs-handson-loader", "index.ts"];
    return promisify(execFile)(process.execPath, args, { cwd: dir });
  }

  it("strips types without checking them, which would take seconds at each preview", async () => {
    const { stdout } = await run('const count: number = "three";\nconsole.log(count);\n');
    assert.equal(stdout.trim(), "three");
  });

  it("has stack traces lead to the source, in the SDK's runner too", async () => {
    const { stdout } = await run(
      [
        // As the SDK's runner does it.
        'require(require.resolve("source-map-support/register", { paths: [require.resolve("@pulumi/pulumi")] }));',
        "interface Wide {",
        "  a: number;",
        "}",
        "const place = (): string => new Error().stack ?? ''; // here",
        "console.log(place());",
      ].join("\n"),
    );
    assert.match(stdout, /index\.ts:5:29/);
    assert.match(stdout, /index\.ts:6:13/);
  });

  it("shows an error from the SDK's own files at once, which Node.js would colour for a minute", async () => {
    const { stdout } = await run(
      [
        'import * as util from "node:util";',
        'const error = new Error("refused");',
        'error.stack += "\\n    at async Stack.start (/a/node_modules/@pulumi/resource.ts:1598:22)";',
        "console.log(util.inspect(error, { colors: true }));",
        'console.log(util.inspect("one", { colors: true }));',
      ].join("\n"),
    );
    assert.match(stdout, /^Error: refused\n[^]*@pulumi\/resource\.ts:1598:22\)/);
    // eslint-disable-next-line no-control-regex
    assert.match(stdout, /\u001b\[32m'one'/, "all else has its colours");
  });

  describe("and the folder in which it keeps what was compiled", () => {
    const uid = process.geteuid?.() ?? 0;
    const script = 'console.log(process.env.TSX_DISABLE_CACHE ?? "cached");';
    const runIn = async (temporary: string) => {
      await writeFile(path.join(dir, "index.ts"), script);
      const args = ["--require", "ecs-handson-loader", "index.ts"];
      const env = { PATH: process.env.PATH, TMPDIR: temporary };
      const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: dir, env });
      return stdout.trim();
    };

    it("has it for its user alone", async () => {
      assert.equal(await runIn(dir), "cached");
      const cache = path.join(dir, `tsx-${uid}`);
      assert.equal((await stat(cache)).mode & 0o777, 0o700);
      assert.ok((await readdir(cache)).length > 0, "it is the one that tsx keeps it in");
    });

    it("throws away what others could write to", async () => {
      const cache = path.join(dir, `tsx-${uid}`);
      await mkdir(cache);
      await chmod(cache, 0o777);
      await writeFile(path.join(cache, "planted"), "");
      assert.equal(await runIn(dir), "cached");
      assert.ok(!(await readdir(cache)).includes("planted"));
    });

    it("goes without what another user made first, or a link", async () => {
      const cache = path.join(dir, `tsx-${uid}`);
      await mkdir(path.join(dir, "elsewhere"));
      await symlink(path.join(dir, "elsewhere"), cache);
      assert.equal(await runIn(dir), "1");
      if (uid !== 0) return;
      await rm(cache);
      await mkdir(cache);
      await chown(cache, 54_321, 54_321);
      assert.equal(await runIn(dir), "1");
      assert.deepEqual(await readdir(cache), []);
    });
  });
});

describe("a checkout that is not ready", function () {
  this.timeout(60_000);
  let dir: string;
  before(async () => {
    dir = await mkdtemp(path.join(tmpdir(), "bare-"));
    // What a script names has to be there; it loads nothing else before the loader has said what is missing.
    for (const file of ["package.json", "loader", "lab/main.cjs"]) {
      await cp(path.join(repository, file), path.join(dir, file), { recursive: true });
    }
  });
  after(() => rm(dir, { recursive: true }));

  for (const script of ["start", "lab", "pulumi", "class", "cost", "diagram"]) {
    it(`answers npm run ${script} by what to do first, without a trace`, async () => {
      const { code, stderr } = await fails("npm", ["run", "--silent", script], dir);
      assert.equal(code, 1);
      const checkout = await realpath(dir);
      assert.equal(
        stderr,
        `error: the packages are not installed yet; run npm ci in ${checkout} first\n`,
      );
    });
  }

  it("is told the Node.js that package.json asks for, where it is older", async () => {
    const text = await readFile(path.join(repository, "package.json"), "utf8");
    const { engines } = JSON.parse(text) as { engines: { node: string } };
    const check = 'require("./loader/installed.cjs")("20.18.3", () => undefined)';
    const { code, stderr } = await fails(process.execPath, ["-e", check], dir);
    assert.equal(code, 1);
    assert.equal(engines.node, `>=${/Node\.js (\S+) or newer is needed/.exec(stderr)?.[1] ?? ""}`);
  });
});

/** Runs what is to fail. */
function fails(command: string, args: string[], cwd: string) {
  return new Promise<{ code: unknown; stderr: string }>((resolve) => {
    execFile(command, args, { cwd }, (error, _, stderr) => {
      resolve({ code: error?.code, stderr });
    });
  });
}
