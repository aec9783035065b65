import assert from "node:assert/strict";
import { copyFile, cp, mkdir, readFile, writeFile } from "node:fs/promises";
import * as path from "node:path";

import type { PackageSchema } from "../../components/provider/schema";
import { repository } from "../../lab/shared/repository";
import { typedApart } from "../docs/commands";
import { engineTimeout, pulumiCli } from "../lab/cli/harness";
import { Door } from "./door";
import { cliModule, languageHosts } from "./languageHosts";
import { install, pack, typeInProject } from "./packed";

const programs = path.join(__dirname, "programs");

/** Packages whose plugins Pulumi would download for the components: here the lab serves in their place. */
const providers = ["aws", "awsx", "random", "docker", "docker-build"];

describe("the components alone, as npm packs them", function () {
  this.timeout(2 * engineTimeout);
  let door: Door;
  let entries: readonly string[];
  /** Folder of the package where npm installed it in a project. */
  let installed: string;

  before(pulumiCli);
  before(async function () {
    this.timeout(0);
    const hosts = await languageHosts();
    door = await Door.open();
    door.env.PATH = [...hosts, door.env.PATH ?? ""].join(path.delimiter);
    await door.types(`pulumi login file://${path.join(door.folder, "backend")}`);
    const packed = await pack(door, "components");
    entries = packed.entries;
    installed = await install(door, packed, path.join(door.folder, "npm"), [
      "typescript",
      "@types/node",
    ]);
    const block = typedApart("docs/components-packages.md: npm pack");
    const { code, output } = await typeInProject(door, block, "../npm");
    assert.equal(code, 0, output);
    // The project's packages are installed, and their plugins are not needed.
    await door.standIn("npm", "exit 0");
    for (const name of providers) await standInPlugin(name);
  });
  after(() => door.close());

  async function standInPlugin(name: string): Promise<void> {
    const manifest = path.join(repository, "node_modules", "@pulumi", name, "package.json");
    const { version } = JSON.parse(await readFile(manifest, "utf8")) as { version: string };
    const folder = `resource-${name}-v${version}`;
    await mkdir(path.join(door.env.PULUMI_HOME ?? "", "plugins", folder), { recursive: true });
  }

  /** Creates a stack of a program from `programs`, in a folder of its own or beside the package. */
  async function project(program: string, folder = program): Promise<string> {
    const target = path.join(door.folder, folder);
    await cp(path.join(programs, program), target, { recursive: true });
    const own = `../${folder}`;
    await door.types(`pulumi stack init ${program}`, own);
    await door.types("pulumi config set aws:region ap-northeast-1", own);
    return own;
  }

  const withPack = "--policy-pack ../checkout/policies";

  it("contain what Node.js and Pulumi need to start them, and no sources or tests", () => {
    for (const file of ["PulumiPlugin.yaml", "package.json", "schema.json", "LICENSE"]) {
      assert.ok(entries.includes(`package/${file}`), file);
    }
    assert.ok(entries.includes("package/dist/index.js"));
    const sources = entries.filter((file) => /(?<!\.d)\.ts$|commands|tests/.test(file));
    assert.deepEqual(sources, []);
  });

  it("leave the checkout as it was", async () => {
    const { code } = await door.type("test -e components/dist || test -e components/LICENSE");
    assert.equal(code, 1);
  });

  it("work in a program in JavaScript", async () => {
    const own = await project("javascript", "npm");
    assert.match(await door.types(`pulumi preview ${withPack}`, own), /\+ 39 to create/);
  });

  it("work in a program in TypeScript with Pulumi's own loader, and check its arguments", async () => {
    await door.types("rm index.js", "../npm");
    const own = await project("typescript", "npm");
    assert.match(await door.types("pulumi preview", own), /\+ 39 to create/);
  });

  it("provide their schema", async () => {
    const printed = await door.types(`pulumi package get-schema ${installed} 2>/dev/null`);
    const file = path.join(repository, "components", "schema.json");
    const schema = JSON.parse(await readFile(file, "utf8")) as PackageSchema;
    const { resources } = JSON.parse(printed) as PackageSchema;
    assert.deepEqual(Object.keys(resources).sort(), Object.keys(schema.resources).sort());
    assert.match(printed, /CPU units of a task .*Default: 256\./);
  });

  describe("from YAML", () => {
    let own: string;
    const file = () => path.join(door.folder, "yaml", "Pulumi.yaml");
    const edit = async (change: (text: string) => string) => {
      await writeFile(file(), change(await readFile(file(), "utf8")));
    };

    before(async () => {
      own = await project("yaml");
      await edit((text) => text.replace("COMPONENTS", installed));
    });

    it("go up under the policies, and down again", async () => {
      const output = await door.types(`pulumi up ${withPack}`, own);
      assert.match(output, /ecs-handson@v[\d.]+ \(local:/);
      assert.match(output, /\+ 39 created/);
      assert.match(
        await door.types("pulumi stack output url", own),
        /^http:\/\/handson-yaml-\d+\.ap-northeast-1\.elb\.localhost\/\n$/,
      );
      await door.types(`pulumi up --expect-no-changes ${withPack}`, own);
      await door.types("pulumi destroy", own);
      assert.equal((await door.types("pulumi stack --show-urns", own)).includes("aws:"), false);
    });

    it("report everything that is wrong with their arguments", async () => {
      await edit((text) => text.replace("cpu: 256", "cpu: 300\n      desiredCount: -1"));
      const { code, output } = await door.type("pulumi preview", own);
      assert.notEqual(code, 0);
      assert.match(output, /cpu 300 is not a Fargate size/);
      assert.match(output, /desiredCount -1 must be a whole number/);
      await edit((text) => text.replace("cpu: 300\n      desiredCount: -1", "cpu: 256"));
    });

    it("are refused if they break a rule", async () => {
      await edit((text) => text.replace("STAGE: test", 'DB_PASSWORD: "hunter2-hunter2"'));
      const { code, output } = await door.type(`pulumi preview ${withPack}`, own);
      assert.notEqual(code, 0);
      assert.match(output, /\[mandatory\].* ecs-task-definition-no-plaintext-secrets/);
    });
  });

  it("deploy a service from Go, with the SDK that pulumi package add generates", async function () {
    // The first time on a machine it compiles Pulumi's SDK.
    this.timeout(10 * engineTimeout);
    const own = await project("go");
    const folder = path.join(door.folder, "go");
    // With the CLI's versions nothing is compiled twice.
    const module = await readFile(path.join(cliModule, "go.mod"), "utf8");
    await writeFile(path.join(folder, "go.mod"), module.replace(/^tool .*$/m, ""));
    await copyFile(path.join(cliModule, "go.sum"), path.join(folder, "go.sum"));
    door.env.GOFLAGS = `${door.env.GOFLAGS ?? ""} -trimpath -mod=mod`.trim();
    await door.types(`pulumi package add ${installed}`, own);
    await compile(own);
    assert.match(await door.types(`pulumi up ${withPack}`, own), /\+ 39 created/);
    await door.types("pulumi destroy", own);
  });

  /** Compiles a program, even if it takes longer than a command may take. */
  async function compile(own: string): Promise<void> {
    for (let tries = 0; tries < 5; tries += 1) {
      if ((await door.type("go build -o program.out .", own)).code === 0) return;
    }
    await door.types("go build -o program.out .", own);
  }
});
