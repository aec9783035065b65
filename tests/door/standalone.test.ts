import assert from "node:assert/strict";
import { cp, symlink, writeFile } from "node:fs/promises";
import * as path from "node:path";

import { repository } from "../../lab/shared/repository";
import { typedApart } from "../docs/commands";
import { engineTimeout, pulumiCli } from "../lab/cli/harness";
import { Door } from "./door";
import { install, pack, type Packed, typeInProject } from "./packed";

/** Somebody else's program, which uses no package of this checkout. */
const program = (networkMode: string, encrypted: boolean) => `
  const { CustomResource } = require("@pulumi/pulumi");
  new CustomResource("aws:ecs/taskDefinition:TaskDefinition", "web", {
    family: "web", cpu: "256", memory: "512", requiresCompatibilities: ["FARGATE"],
    networkMode: "${networkMode}",
    executionRoleArn: "arn:aws:iam::123456789012:role/execution",
    containerDefinitions: JSON.stringify([{
      name: "web", image: "nginx:1.29", readonlyRootFilesystem: true, user: "nginx",
      logConfiguration: { logDriver: "awslogs", options: { "awslogs-group": "web" } },
    }]),
  });
  new CustomResource("aws:sns/topic:Topic", "news", {
    kmsMasterKeyId: ${encrypted ? '"alias/aws/sns"' : "undefined"},
  });`;

describe("the policy pack alone, as npm packs it", function () {
  this.timeout(2 * engineTimeout);
  let door: Door;
  /** Folder of the project, relative to the checkout's. */
  const project = "../project";
  let packed: Packed;

  before(pulumiCli);
  before(async () => {
    door = await Door.open();
    await door.types(`pulumi login file://${path.join(door.folder, "backend")}`);
    // npm prints nothing but the name of the file: `pulumi policy publish` relies on it.
    packed = await pack(door, "policies");
    assert.match(path.basename(packed.file), /^ecs-handson-policies-[\d.]+\.tgz$/);
    const folder = path.join(door.folder, "project");
    await install(door, packed, folder);
    await writeFile(path.join(folder, "Pulumi.yaml"), "name: project\nruntime: nodejs\n");
    await writeFile(path.join(folder, "package.json"), '{ "name": "project" }');
    await door.types("pulumi stack init dev", project);
    await door.types("pulumi config set aws:region ap-northeast-1", project);
  });
  after(() => door.close());

  async function preview(text: string, pack: string) {
    await writeFile(path.join(door.folder, "project", "index.js"), text);
    return door.type(`pulumi preview --policy-pack ${pack}`, project);
  }

  it("contains what Pulumi Cloud needs to start it, and no sources or tests", () => {
    for (const file of ["PulumiPolicy.yaml", "package.json", "start.cjs", "LICENSE"]) {
      assert.ok(packed.entries.includes(`package/${file}`), file);
    }
    for (const folder of ["rules", "lib", "graph", "internals", "cost"]) {
      assert.ok(
        packed.entries.some((file) => file.startsWith(`package/dist/${folder}/`)),
        folder,
      );
    }
    const sources = packed.entries.filter((file) => /(?<!\.d)\.ts$|commands|tests/.test(file));
    assert.deepEqual(sources, []);
  });

  it("leaves the checkout as it was", async () => {
    const { code } = await door.type("test -e policies/dist || test -e policies/LICENSE");
    assert.equal(code, 1);
  });

  it("refuses a bad program of another project, from its node_modules", async () => {
    const pack = "node_modules/ecs-handson-policies";
    const { code, output } = await preview(program("bridge", false), pack);
    assert.notEqual(code, 0);
    assert.match(output, /\[mandatory\].* ecs-task-definition-awsvpc-network-mode/);
    assert.doesNotMatch(output, /ExperimentalWarning/);
  });

  it("is packed, installed and used as its page says", async () => {
    await preview(program("awsvpc", true), "node_modules/ecs-handson-policies");
    const block = typedApart("docs/policy-packs.md: npm pack");
    const { code, output } = await typeInProject(door, block, project);
    assert.equal(code, 0, output);
    assert.match(output, /ecs-handson@v[\d.]+ \(local:/);
  });

  it("lets a good program pass", async () => {
    const { code, output } = await preview(
      program("awsvpc", false),
      "node_modules/ecs-handson-policies",
    );
    assert.equal(code, 0, output);
    assert.match(output, /ecs-handson@v[\d.]+ \(local:/);
    assert.doesNotMatch(output, /\[mandatory\]/);
  });

  describe("in the lab", () => {
    const lab = (command: string) =>
      door.type(`npm run -s lab -- pulumi --state ${door.folder}/own-lab -C ${project} ${command}`);
    const pack = "--policy-pack node_modules/ecs-handson-policies";
    const write = (text: string) => writeFile(path.join(door.folder, "project", "index.js"), text);

    it("refuses a bad program of another project, and creates nothing", async () => {
      await write(program("bridge", false));
      const { code, output } = await lab(`up --yes ${pack}`);
      assert.notEqual(code, 0);
      assert.match(output, /ecs-handson@v[\d.]+ \(local: .*ecs-handson-policies\)/);
      assert.match(output, /\[mandatory\].* ecs-task-definition-awsvpc-network-mode/);
      assert.doesNotMatch((await lab("stack --show-urns")).output, /aws:ecs/);
    });

    it("checks a program with the command on the page", async () => {
      await write(program("awsvpc", true));
      const block = typedApart("docs/policy-packs.md: npm run lab")
        .replace("lab -- pulumi", `lab -- pulumi --state ${door.folder}/own-lab`)
        .replace("../my-project", project);
      const { code, output } = await door.type(block);
      assert.equal(code, 0, output);
      assert.match(output, /ecs-handson@v[\d.]+ \(local: .*ecs-handson-policies\)/);
    });

    it("lets a good program pass with the configuration that comes with the package", async () => {
      await write(program("awsvpc", true));
      const config = "--policy-pack-config node_modules/ecs-handson-policies/config/dev.json";
      const { code, output } = await lab(`preview ${pack} ${config}`);
      assert.equal(code, 0, output);
      assert.match(output, /ecs-handson@v[\d.]+ \(local: .*ecs-handson-policies\)/);
      assert.doesNotMatch(output, /\[mandatory\]/);
    });
  });

  describe("with an organisation's own rules", () => {
    before(async () => {
      await cp(
        path.join(repository, "tests", "policies", "ownPack"),
        path.join(door.folder, "project", "acme"),
        { recursive: true },
      );
      const typescript = path.join("node_modules", "typescript");
      await symlink(
        path.join(repository, typescript),
        path.join(door.folder, "project", typescript),
      );
    });

    it("refuses a bad program by these and by the pack's, under the organisation's name", async () => {
      const { code, output } = await preview(program("bridge", false), "acme");
      assert.notEqual(code, 0);
      assert.match(output, /acme@v1\.2\.3 \(local:/);
      assert.match(output, /\[mandatory\].* acme-topic-encrypted/);
      assert.match(output, /\[mandatory\].* ecs-task-definition-awsvpc-network-mode/);
    });

    it("lets a good program pass, without findings of rules that the organisation has disabled", async () => {
      const { code, output } = await preview(program("awsvpc", true), "acme");
      assert.equal(code, 0, output);
      assert.doesNotMatch(output, /required-tags|\[mandatory\]/);
    });
  });
});
