import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import * as path from "node:path";
import { createInterface } from "node:readline";

import { checks, suiteWithEngine, unitTestFolders } from "../../.github/scripts/newest/checks";
import { environment } from "../../.github/scripts/newest/environment";
import { pinnedVersions, withVersions } from "../../.github/scripts/newest/manifests";
import { endDescendants } from "../../.github/scripts/newest/processes";
import { summary } from "../../.github/scripts/newest/summary";
import { choose } from "../../.github/scripts/newest/versions";
import { isAlive } from "../../lab/shared/processId";
import { repository } from "../../lab/shared/repository";

describe("the check with the newest packages", () => {
  describe("takes", () => {
    const sdk = {
      name: "@pulumi/pulumi",
      pinned: "3.248.0",
      newest: "3.276.0",
      releases: [
        { version: "3.248.0", node: ">=20" },
        { version: "3.249.1", node: ">=20" },
        { version: "3.250.0", node: ">=22" },
        { version: "3.276.0", node: ">=22" },
        { version: "3.277.0-beta.1", node: ">=20" },
      ],
    };

    it("the newest release if it supports this Node.js", () => {
      const { taken, reason } = choose(sdk, "24.0.0");
      assert.equal(taken, "3.276.0");
      assert.equal(reason, undefined);
    });

    it("otherwise the newest release that does, and reports both", () => {
      const { newest, taken, reason } = choose(sdk, "20.19.0");
      assert.equal(newest, "3.276.0");
      assert.equal(taken, "3.249.1");
      assert.match(
        reason ?? "",
        /pulumi 3\.276\.0 does not support this Node\.js, 20\.19\.0: .*>=22/,
      );
      assert.match(reason ?? "", /Taken is 3\.249\.1/);
    });

    it("no release newer than npm's newest, and none older than the pinned one", () => {
      const releases = [{ version: "1.4.0" }, { version: "1.5.0" }];
      const one = { name: "@pulumi/one", pinned: "1.4.0", newest: "1.4.0", releases };
      assert.equal(choose(one, "20.19.0").taken, "1.4.0");
      assert.equal(choose({ ...one, newest: "1.3.9" }, "20.19.0").taken, "1.4.0");
    });
  });

  describe("asks for them", () => {
    const root = { dependencies: { "@pulumi/aws": "7.0.0", zod: "4.6.7" } };
    const other = { devDependencies: { "@pulumi/aws": "7.0.0", "@pulumi/policy": "1.20.0" } };
    const texts = [root, other, {}].map((manifest) => JSON.stringify(manifest));

    it("wherever the checkout does", () => {
      assert.deepEqual(
        [...pinnedVersions(texts)],
        [
          ["@pulumi/aws", "7.0.0"],
          ["@pulumi/policy", "1.20.0"],
        ],
      );
    });

    it("in one version each, and reports a package that has two", () => {
      const older = JSON.stringify({ dependencies: { "@pulumi/aws": "6.0.0" } });
      assert.throws(
        () => pinnedVersions([...texts, older]),
        /@pulumi\/aws .* 7\.0\.0 and to 6\.0\.0/,
      );
    });

    it("and leaves the rest of a package.json as it is", async () => {
      const text = await readFile(path.join(repository, "package.json"), "utf8");
      const changed = withVersions(text, new Map([["@pulumi/aws", "9.9.9"]]));
      const pinned = pinnedVersions([text]).get("@pulumi/aws") ?? "";
      assert.equal(changed, text.replace(`"@pulumi/aws": "${pinned}"`, '"@pulumi/aws": "9.9.9"'));
      assert.equal(withVersions(text, new Map([["@pulumi/policy", "9.9.9"]])), text);
    });
  });

  it("lets nothing lead from the copy back to the checkout", () => {
    const before = {
      PATH: ["/checkout/node_modules/.bin", "/npm/lib/node-gyp-bin", "/usr/bin"].join(
        path.delimiter,
      ),
      npm_config_local_prefix: "/checkout",
      npm_package_json: "/checkout/package.json",
      INIT_CWD: "/checkout",
      npm_config_registry: "https://registry.example/",
    };
    assert.deepEqual(environment(before, "/copy", ["/node", "/pulumi"]), {
      PATH: ["/node", "/pulumi", "/usr/bin"].join(path.delimiter),
      npm_config_registry: "https://registry.example/",
      XDG_CACHE_HOME: path.join("/copy", "cache"),
      TMPDIR: path.join("/copy", "tmp"),
    });
  });

  it("runs unit tests that need no engine", async () => {
    const withEngine: string[] = [];
    for (const folder of unitTestFolders) {
      const where = path.join(repository, "tests", folder);
      const files = (await readdir(where)).filter((file) => file.endsWith(".test.ts"));
      assert.notEqual(files.length, 0, folder);
      for (const file of files) {
        const text = await readFile(path.join(where, file), "utf8");
        const suites = text.split(/^describe\(/m);
        withEngine.push(...suites.filter((suite) => suite.includes("before(pulumiCli)")));
      }
    }
    assert.equal(withEngine.length, 1);
    assert.ok(withEngine[0]?.startsWith(`"${suiteWithEngine}"`));
    assert.ok(checks.some(({ args }) => args.includes(suiteWithEngine)));
  });

  it("summarizes versions, checks and notes, for a terminal and for GitHub", () => {
    const text = summary(
      [{ name: "@pulumi/aws", pinned: "7.48.0", newest: "7.50.0", taken: "7.50.0" }],
      [
        { name: "types", outcome: "passed", seconds: 12.3 },
        { name: "door tests", outcome: "failed", seconds: 100 },
        { name: "unit tests", outcome: "not run" },
      ],
      ["The CLI is an older one."],
    );
    assert.equal(
      text,
      [
        "| What        | Pinned | Newest | Taken  |",
        "| ----------- | ------ | ------ | ------ |",
        "| @pulumi/aws | 7.48.0 | 7.50.0 | 7.50.0 |",
        "",
        "| Check      | Result  | Time  |",
        "| ---------- | ------- | ----- |",
        "| types      | passed  | 12 s  |",
        "| door tests | failed  | 100 s |",
        "| unit tests | not run |       |",
        "",
        "The CLI is an older one.",
        "",
      ].join("\n"),
    );
  });

  it("ends everything that a process started, in any process group", async () => {
    const program =
      'const { spawn } = require("node:child_process");' +
      'const { pid } = spawn("sleep", ["60"], { detached: true, stdio: "ignore" });' +
      "console.log(pid); setInterval(() => {}, 1000);";
    const child = spawn(process.execPath, ["-e", program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
      assert.ok(isAlive(Number(line)));
      await endDescendants(child.pid ?? 0);
      assert.equal(isAlive(Number(line)), false);
    } finally {
      child.kill("SIGKILL");
    }
  });
});
