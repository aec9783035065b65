import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
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

import { version as tsxVersion } from "tsx/package.json";

import { repository } from "../../lab/shared/repository";
import { renamed, type Renaming } from "../renamed";

type Failure = Error & { stdout: string; stderr: string };

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

  it("makes stack traces point to the source, even in the SDK's runner", async () => {
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
    assert.match(stdout, /\u001b\[32m'one'/, "everything else has its colours");
  });

  describe("with its folder for compiled code", () => {
    const uid = process.geteuid?.() ?? 0;
    const own = () => path.join(dir, `ecs-handson-${uid}`);
    const [client = "", register = ""] = ["client-", "register-"].map((start) =>
      readdirSync(path.join(repository, "node_modules/tsx/dist")).find(
        (name) => name.startsWith(start) && name.endsWith(".cjs"),
      ),
    );

    /** Runs a program that has a type, and so must be compiled. */
    async function runIn(temporary: string, ...renamings: Renaming[]): Promise<string> {
      await writeFile(
        path.join(dir, "index.ts"),
        'const text: string = "ran"; import * as os from "node:os"; console.log(text, os.tmpdir());',
      );
      const { args, env } = renamed(renamings);
      const all = [...args, "--require", "ecs-handson-loader", "index.ts"];
      const { stdout } = await promisify(execFile)(process.execPath, all, {
        cwd: dir,
        env: { ...env, TMPDIR: temporary, HOME: dir },
      });
      assert.equal(stdout, `ran ${temporary}\n`, "the program has its own temporary files");
      return stdout;
    }
    const kept = async () =>
      (await readdir(own(), { recursive: true })).filter((file) => /[/]\d+-[0-9a-f]+$/.test(file));

    it("keeps it private to its user", async () => {
      await runIn(dir);
      assert.equal((await stat(own())).mode & 0o777, 0o700);
      const before = await kept();
      assert.ok(before.length > 0, "tsx keeps compiled code in it");
      await runIn(dir);
      assert.deepEqual(await kept(), before);
      assert.deepEqual((await readdir(dir)).sort(), [
        path.basename(own()),
        "index.ts",
        "node_modules",
      ]);
    });

    it("uses it for programs that are ES modules, too", async () => {
      await writeFile(
        path.join(dir, "index.mts"),
        'import * as os from "node:os"; const text: string = os.tmpdir(); console.log(text);',
      );
      const loader = path.join(repository, "loader", "modules.mjs");
      for (const run of [1, 2]) {
        const { stdout } = await promisify(execFile)(
          process.execPath,
          ["--import", loader, "index.mts"],
          { cwd: dir, env: { ...process.env, TMPDIR: dir } },
        );
        assert.equal(stdout, `${dir}\n`, `run ${run}`);
      }
      assert.ok((await kept()).length > 0);
      assert.ok(!(await readdir(dir)).some((name) => name.startsWith("tsx")));
    });

    it("throws away a folder that others could write to", async () => {
      await mkdir(own());
      await chmod(own(), 0o777);
      await writeFile(path.join(own(), "planted"), "");
      await runIn(dir);
      assert.ok(!(await readdir(own())).includes("planted"));
      assert.ok((await kept()).length > 0);
    });

    it("does without a folder that another user made first, or that is a link", async () => {
      await mkdir(path.join(dir, "elsewhere"));
      await symlink(path.join(dir, "elsewhere"), own());
      await runIn(dir);
      assert.deepEqual(await readdir(path.join(dir, "elsewhere")), []);
      if (uid !== 0) return;
      await rm(own());
      await mkdir(own());
      await chown(own(), 54_321, 54_321);
      await runIn(dir);
      assert.deepEqual(await readdir(own()), []);
    });

    it("works the same if tsx gives its own folder another name", async () => {
      await runIn(dir, [client, "`tsx-${", "`compiled-${"]);
      const [folder = ""] = await kept();
      assert.match(folder, /compiled-/);
    });

    it("does not run on a tsx that keeps compiled code elsewhere", async () => {
      await assert.rejects(runIn(dir, [client, ".tmpdir()", ".homedir()"]), (error: Failure) => {
        assert.equal(error.stdout, "");
        assert.match(
          error.stderr,
          /^error: tsx \S+ keeps compiled code where other users can write to it; [^\n]*\n$/,
        );
        return true;
      });
      assert.deepEqual(
        await readdir(path.join(own())),
        [`tsx-${tsxVersion}-cjs`],
        "the code compiled as a trial is gone",
      );
    });

    it("does not run on a tsx that cannot do without, if another user made the folder first", async () => {
      await symlink(path.join(dir, "elsewhere"), own());
      await assert.rejects(
        runIn(dir, [register, "TSX_DISABLE_CACHE", "TSX_NO_CACHE"]),
        (error: Failure) => {
          assert.equal(error.stdout, "");
          assert.match(error.stderr, /ENOTDIR/);
          return true;
        },
      );
    });
  });
});

describe("a checkout that is not ready", function () {
  this.timeout(60_000);
  let dir: string;
  before(async () => {
    dir = await mkdtemp(path.join(tmpdir(), "bare-"));
    // The scripts' files must exist; nothing else is loaded before the loader has said what is missing.
    for (const file of ["package.json", "loader", "lab/main.cjs"]) {
      await cp(path.join(repository, file), path.join(dir, file), { recursive: true });
    }
  });
  after(() => rm(dir, { recursive: true }));

  for (const script of ["start", "lab", "pulumi", "class", "cost", "diagram"]) {
    it(`answers npm run ${script} with what to do first, without a stack trace`, async () => {
      const { code, stderr } = await fails("npm", ["run", "--silent", script], dir);
      assert.equal(code, 1);
      const checkout = await realpath(dir);
      assert.equal(
        stderr,
        `error: the packages are not installed yet; run npm ci in ${checkout} first\n`,
      );
    });
  }

  it("reports the Node.js version that package.json requires, if an older one runs", async () => {
    const text = await readFile(path.join(repository, "package.json"), "utf8");
    const { engines } = JSON.parse(text) as { engines: { node: string } };
    const check = 'require("./loader/installed.cjs")("20.18.3", () => undefined)';
    const { code, stderr } = await fails(process.execPath, ["-e", check], dir);
    assert.equal(code, 1);
    assert.equal(engines.node, `>=${/Node\.js (\S+) or newer is needed/.exec(stderr)?.[1] ?? ""}`);
  });
});

/** Runs a command that must fail. */
function fails(command: string, args: string[], cwd: string) {
  return new Promise<{ code: unknown; stderr: string }>((resolve) => {
    execFile(command, args, { cwd }, (error, _, stderr) => {
      resolve({ code: error?.code, stderr });
    });
  });
}
