import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { ESLint, Linter } from "eslint";
import * as tseslint from "typescript-eslint";

import { repository } from "../lab/shared/repository";

describe("what packages and Node.js do not document", () => {
  let found: (code: string, options?: object) => string[];

  before(async () => {
    const { privateParts } = await import("../eslint.privateParts.mjs");
    const linter = new Linter();
    found = (code, options = {}) =>
      linter
        .verify(
          code,
          {
            files: ["**/*.ts"],
            plugins: { house: { rules: { "private-parts": privateParts } } },
            rules: { "house/private-parts": ["error", options] },
            languageOptions: { parser: tseslint.parser },
          },
          "a.ts",
        )
        .map(({ message, fatal }) => {
          assert.notEqual(fatal, true, message);
          return message;
        });
  });

  const refused: Record<string, string> = {
    "a module of the SDK": 'import * as settings from "@pulumi/pulumi/runtime/settings";',
    "such a module, required": 'const rpc = require("@pulumi/pulumi/runtime/rpc");',
    "such a module, loaded late": 'const rpc = await import("@pulumi/pulumi/provider/server");',
    "a module in a template": "const name = `@pulumi/pulumi/cmd/run/${part}`;",
    "the engine's protocol": 'import * as proto from "@pulumi/pulumi/proto/engine_pb";',
    "the policy SDK's server": 'import { serve } from "@pulumi/policy/server";',
    "tsx past the loader": 'require("tsx/cjs");',
    "tsx past the loader, for another process": 'spawn("node", ["--import", "tsx", file]);',
    "gRPC's parts": 'require("@grpc/grpc-js/build/src/server");',
    "the cache of modules": "delete require.cache[file];",
    "how Node.js loads modules": "Module._load = () => undefined;",
    "how Node.js compiles modules": "module._compile(text, file);",
    "how Node.js finds modules": "const find = Module._resolveFilename;",
    "replacing a part of a module": 'const util = require("node:util"); util.inspect = () => "";',
    "replacing a part of a package":
      'const log = require("@pulumi/pulumi").log; log.debug = () => undefined;',
    "replacing a part of an import":
      'import * as os from "node:os"; Object.defineProperty(os, "tmpdir", {});',
    "replacing a class's method": "net.Server.prototype.emit = () => true;",
    "replacing several methods": "Object.assign(Server.prototype, { emit: () => true });",
    "how stack traces are made": "Error.prepareStackTrace = () => [];",
    "the same, by reflection": 'Reflect.get(Error, "prepareStackTrace");',
    "a resource's own properties": "const type = resource.__pulumiType;",
    "a variable of the SDK's runner": 'const env = { PULUMI_NODEJS_TYPESCRIPT: "true" };',
    "the same, of this process": "delete process.env.PULUMI_CONFIG_SECRET_KEYS;",
    "a variable of the loader": 'process.env["TSX_DISABLE_CACHE"] = "1";',
  };
  for (const [what, code] of Object.entries(refused)) {
    it(`is rejected: ${what}`, () => {
      const messages = found(code);
      assert.ok(messages.length > 0);
      for (const message of messages) assert.match(message, /is private: see "One door"/);
    });
  }

  it("does not include what they document", () => {
    const documented = `
      import * as pulumi from "@pulumi/pulumi";
      import { LocalWorkspace } from "@pulumi/pulumi/automation";
      import type { RunRequest } from "@pulumi/pulumi/proto/language_pb";
      import type { PolicyConfigJSONSchema } from "@pulumi/policy/schema";
      require("ecs-handson-loader");
      module.exports = { emit: () => true };
      const own = new Map(); own.size = 1;
      const env = { PULUMI_BACKEND_URL: "file://.", PULUMI_DEBUG_LANGUAGES: "nodejs:1" };`;
    assert.deepEqual(found(documented), []);
  });

  it("does not include the engine's protocol where that is implemented", () => {
    const code = 'import * as proto from "@pulumi/pulumi/proto/engine_pb";';
    assert.deepEqual(found(code, { protocol: true }), []);
  });

  it("is not started by packages' scripts, either", () => {
    const services = readdirSync(join(repository, "services")).map((name) => `services/${name}`);
    const folders = [".", "classroom", "components", "lab", "loader", "policies", ...services];
    const manifests = folders
      .map((folder) => join(repository, folder, "package.json"))
      .filter((file) => existsSync(file));
    const past = manifests.filter((file) => {
      const { scripts = {} } = JSON.parse(readFileSync(file, "utf8")) as {
        scripts?: Record<string, string>;
      };
      return Object.values(scripts).some((script) => /\btsx\b/.test(script));
    });
    assert.ok(manifests.length > 8);
    assert.deepEqual(past, []);
  });

  it("is allowed only in the folders where it is checked", async () => {
    const eslint = new ESLint({ cwd: repository });
    const severity = async (file: string) => {
      const config = (await eslint.calculateConfigForFile(file)) as Linter.Config;
      return [config.rules?.["house/private-parts"]].flat()[0];
    };
    for (const room of ["loader/a.cjs", "lab/engine/internals/a.ts", "policies/internals/a.ts"]) {
      assert.equal(await severity(room), 0, room);
    }
    for (const room of [
      ...["index.ts", "chapters/a.ts", "components/shared/a.ts", "components/provider/a.ts"],
      ...[
        "policies/pack.ts",
        "policies/lib/a.ts",
        "lab/cli.ts",
        "lab/compiled.cjs",
        "lab/engine/a.ts",
      ],
      ...["lab/engine/languageHost/a.ts", "lab/provider/a.ts", "classroom/a.ts", "bench/a.ts"],
    ]) {
      assert.equal(await severity(room), 2, room);
    }
  });
});
