import assert from "node:assert/strict";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

import { endsWithoutRoot, instructionsOf, missingFromContext } from "../dockerfile";

const services = resolve(__dirname, "../../services");
const names = ["auth", "products", "shop"];

const read = (...path: string[]): string => readFileSync(join(services, ...path), "utf8");

interface Manifest {
  dependencies: Record<string, string>;
}

const manifestOf = (name: string) => JSON.parse(read(name, "package.json")) as Manifest;

for (const name of names) {
  describe(`services/${name}`, () => {
    const folder = join(services, name);
    const instructions = instructionsOf(read(name, "Dockerfile"));
    const valuesOf = (wanted: string): string[] =>
      instructions.filter((instruction) => instruction.name === wanted).map(({ value }) => value);

    it("starts from an exact release of a Node.js that runs TypeScript", () => {
      const bases = new Set(valuesOf("FROM").map((value) => value.split(" ")[0]));
      assert.equal(bases.size, 1);
      const [base = ""] = bases;
      assert.match(base, /^public\.ecr\.aws\/docker\/library\/node:\d+\.\d+\.\d+-alpine$/);
      const [, major = 0, minor = 0] = (/:(\d+)\.(\d+)/.exec(base) ?? []).map(Number);
      assert.ok(major > 22 || (major === 22 && minor >= 18), base);
    });

    it("installs exactly what its lock file says", () => {
      assert.deepEqual(valuesOf("RUN"), ["npm ci --omit=dev --ignore-scripts"]);
      const lock = JSON.parse(read(name, "package-lock.json")) as {
        packages: Record<string, Manifest & { version: string }>;
      };
      const { dependencies } = manifestOf(name);
      assert.deepEqual(lock.packages[""]?.dependencies, dependencies);
      for (const [dependency, version] of Object.entries(dependencies)) {
        assert.equal(lock.packages[`node_modules/${dependency}`]?.version, version);
      }
    });

    it("declares every package that it imports", () => {
      const { dependencies } = manifestOf(name);
      const imported = ["src", "shared"].flatMap((sources) =>
        readdirSync(join(folder, sources)).flatMap((file) =>
          [...read(name, sources, file).matchAll(/ from "([^."][^"]*)"/g)].map(
            ([, from = ""]) => from,
          ),
        ),
      );
      const packages = new Set(imported.filter((from) => !isBuiltin(from)));
      assert.deepEqual([...packages].sort(), Object.keys(dependencies).sort());
    });

    it("ends with a user that is not root", () => {
      assert.ok(endsWithoutRoot(instructions));
    });

    it("copies only what exists and what .dockerignore lets through", () => {
      assert.deepEqual(missingFromContext(folder, instructions), []);
    });

    it("has its health checked under its own path, and gets signals itself", () => {
      assert.deepEqual(valuesOf("EXPOSE"), ["8080"]);
      assert.ok(valuesOf("HEALTHCHECK")[0]?.includes(`http://127.0.0.1:8080/${name}/health`));
      assert.deepEqual(valuesOf("CMD"), ['["node", "src/main.ts"]']);
      assert.deepEqual(valuesOf("ENTRYPOINT"), []);
    });
  });
}

describe("a file that services share", () => {
  let folder: string;
  let share: () => void;
  const put = (text: string, ...path: string[]) => {
    const file = join(folder, ...path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  const shared = () => readdirSync(join(folder, "one", "shared")).sort();

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "services-"));
    copyFileSync(join(services, "share.cjs"), join(folder, "share.cjs"));
    share = (createRequire(__filename)(join(folder, "share.cjs")) as { shareSources: () => void })
      .shareSources;
    put('import { b } from "./b.mts";\n', "shared", "a.mts");
    put("export const b = 1;\n", "shared", "b.mts");
    put("export const c = 1;\n", "shared", "c.mts");
    put("# shared\nFROM node\nHEALTHCHECK CMD wget /SERVICE/health\n", "shared", "Dockerfile");
    put('import { a } from "../shared/a.mts";\n', "one", "src", "main.ts");
    put("nothing\n", "other", "src", "main.ts");
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("is copied into the folder of each service that imports it, and no other file is", () => {
    share();
    assert.deepEqual(shared(), ["a.mts", "b.mts"]);
    assert.equal(existsSync(join(folder, "other", "shared")), false);
  });

  it("may be the Dockerfile, which gets the service's own name, except for a service that shares nothing", () => {
    put("FROM python\n", "other", "Dockerfile");
    share();
    const dockerfileOf = (name: string) => readFileSync(join(folder, name, "Dockerfile"), "utf8");
    assert.equal(dockerfileOf("one"), "# shared\nFROM node\nHEALTHCHECK CMD wget /one/health\n");
    assert.equal(dockerfileOf("other"), "FROM python\n");
  });

  it("does not replace a service's own Dockerfile, and follows changes of the shared one", () => {
    const written = (name: string) => readFileSync(join(folder, name, "Dockerfile"), "utf8");
    put('import { a } from "../shared/a.mts";\n', "other", "src", "main.ts");
    put("FROM node\nCOPY . .\n", "other", "Dockerfile");
    share();
    put("# shared\nFROM node:24\n", "shared", "Dockerfile");
    share();
    assert.equal(written("other"), "FROM node\nCOPY . .\n");
    assert.equal(written("one"), "# shared\nFROM node:24\n");
  });

  it("follows each change, and is removed when it is no longer imported", () => {
    share();
    put("export const b = 2;\n", "shared", "b.mts");
    put('import { b } from "../shared/b.mts";\n', "one", "src", "main.ts");
    share();
    assert.deepEqual(shared(), ["b.mts"]);
    assert.equal(
      readFileSync(join(folder, "one", "shared", "b.mts"), "utf8"),
      "export const b = 2;\n",
    );
  });
});
