import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join, resolve } from "node:path";

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
      const imported = readdirSync(join(folder, "src")).flatMap((file) =>
        [...read(name, "src", file).matchAll(/ from "([^."][^"]*)"/g)].map(([, from = ""]) => from),
      );
      const packages = new Set(imported.filter((from) => !isBuiltin(from)));
      assert.deepEqual([...packages].sort(), Object.keys(dependencies).sort());
    });

    it("ends as a user that is not root", () => {
      assert.ok(endsWithoutRoot(instructions));
    });

    it("copies only what is there and what .dockerignore lets through", () => {
      assert.deepEqual(missingFromContext(folder, instructions), []);
    });

    it("is asked for its health under its own path, and gets signals itself", () => {
      assert.deepEqual(valuesOf("EXPOSE"), ["8080"]);
      assert.ok(valuesOf("HEALTHCHECK")[0]?.includes(`http://127.0.0.1:8080/${name}/health`));
      assert.deepEqual(valuesOf("CMD"), ['["node", "src/main.ts"]']);
      assert.deepEqual(valuesOf("ENTRYPOINT"), []);
    });
  });
}

describe("files that several services have", () => {
  for (const file of ["server.ts", "bearer.ts"]) {
    it(`${file} is the same in all`, () => {
      const holders = names.filter((name) =>
        readdirSync(join(services, name, "src")).includes(file),
      );
      assert.ok(holders.length > 1);
      const contents = new Set(holders.map((name) => read(name, "src", file)));
      assert.equal(contents.size, 1, `differs between ${holders.join(", ")}`);
    });
  }
});
