import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { chooseRuntime } from "../../../../lab/runtime/dataplane/tasks/chooseRuntime";
import type {
  RunningContainer,
  TaskFacts,
  TaskRuntime,
} from "../../../../lab/runtime/dataplane/tasks/runtime";
import { taskMetadata, taskPage } from "../../../../lab/runtime/dataplane/tasks/taskFacts";
import { PATIENCE_MS } from "../patience";

const nginx = resolve(__dirname, "../../../../nginx");

const image = "public.ecr.aws/docker/library/nginx:1.30.6-alpine";
const taskArn = "arn:aws:ecs:ap-northeast-1:123456789012:task/handson/0123456789abcdef";

describe("a task's page", function () {
  this.timeout(PATIENCE_MS);
  let root: string;
  let folder: string;
  let runtime: TaskRuntime;
  const tasks: RunningContainer[] = [];

  const openRuntime = async () => {
    runtime = await chooseRuntime({
      runtime: "static",
      images: () => folder,
      workDir: join(root, "work"),
    });
    await runtime.prepare();
  };
  const start = async (facts?: TaskFacts) => {
    const spec = { taskArn, image, containerPort: 80, environment: {} };
    const task = await runtime.startContainer({ ...spec, ...(facts && { facts }) });
    tasks.push(task);
    return async () => (await fetch(`http://${task.address}/`)).text();
  };
  const edit = (heading: string) => {
    const page = join(folder, "html", "index.html");
    writeFileSync(page, readFileSync(page, "utf8").replace(/<h1>.*<\/h1>/, `<h1>${heading}</h1>`));
  };
  const headingOf = (page: string) => /<h1>(.*)<\/h1>/.exec(page)?.[1];

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), "ecs-handson-deployed-"));
    folder = join(root, "nginx");
    cpSync(nginx, folder, { recursive: true });
    await openRuntime();
  });
  afterEach(async () => {
    await Promise.all(tasks.splice(0).map((task) => task.stop(1000)));
    rmSync(root, { recursive: true, force: true });
  });

  it("stays as deployed when its folder is edited, until another revision is deployed", async () => {
    edit("first");
    const running = await start({ taskDefinition: "handson:1" });
    edit("second");
    assert.equal(headingOf(await running()), "first");
    const sibling = await start({ taskDefinition: "handson:1" });
    assert.equal(headingOf(await sibling()), "first");
    const next = await start({ taskDefinition: "handson:2" });
    assert.equal(headingOf(await next()), "second");
    await openRuntime(); // the lab has been restarted
    const again = await start({ taskDefinition: "handson:1" });
    assert.equal(headingOf(await again()), "first");
  });

  it("is copied again if the deployed copy is damaged", async () => {
    edit("first");
    await start({ taskDefinition: "handson:1" });
    const deployed = join(root, "work", "deployed");
    const [copy = "", note = ""] = readdirSync(deployed).sort();
    for (const file of [join(copy, "html", "index.html"), join(copy, "default.conf"), note]) {
      writeFileSync(join(deployed, file), "damaged");
      await openRuntime();
      const again = await start({ taskDefinition: "handson:1" });
      assert.equal(headingOf(await again()), "first", file);
    }
  });

  it("shows revision, image, task and zone, and mentions no nginx where none runs", async () => {
    const text = await (await start({ taskDefinition: "handson:3", zone: "ap-northeast-1c" }))();
    const facts = [...text.matchAll(/<dt>(\w+)<\/dt><dd>([^<]*)<\/dd>/g)].map(([, ...row]) => row);
    assert.deepEqual(facts, [
      ["Revision", "handson:3"],
      ["Image", "1.30.6-alpine"],
      ["Task", "01234567"],
      ["Zone", "ap-northeast-1c"],
    ]);
    assert.doesNotMatch(text, /<!--#|[Tt]his nginx|nginx が動いて/);
  });

  it("is complete even if nothing is known about its task", async () => {
    const text = await (await start())();
    assert.doesNotMatch(text, /<!--#|<dl/);
    assert.match(text, /<h1>It runs on Amazon ECS<\/h1>/);
  });

  it("says the same in the image as in the lab, and takes no markup from its facts", () => {
    const writtenByImage = (given: { image: string; facts: TaskFacts }) => {
      const file = join(root, "task.html");
      const metadata = taskMetadata({ taskArn, ...given }) ?? "";
      const env = { PATH: process.env.PATH, TASK_METADATA: metadata };
      execFileSync("sh", [join(nginx, "task.sh"), file], { env });
      return readFileSync(file, "utf8");
    };
    const digest = `123456789012.dkr.ecr.x.amazonaws.com/web@sha256:${"a1".repeat(32)}`;
    for (const one of [image, digest, "nginx", "localhost:5000/nginx:2"]) {
      const given = { image: one, facts: { taskDefinition: "web:12", zone: "us-east-1a" } };
      assert.equal(writtenByImage(given), taskPage({ taskArn, ...given }), one);
    }
    const evil = { image, facts: { taskDefinition: "web:1", zone: "<script>" } };
    assert.doesNotMatch(writtenByImage(evil) + taskPage({ taskArn, ...evil }), /<script/);
  });
});

describe("a Node.js program as a task", function () {
  this.timeout(PATIENCE_MS);
  let root: string;
  let runtime: TaskRuntime;
  const tasks: RunningContainer[] = [];
  const file = (...names: string[]) => join(root, ...names);

  const says = (text: string) => {
    const program =
      `import greeting from "greeting"; import { createServer } from "node:http";\n` +
      `createServer((_, response) => response.end(greeting + "${text}")).listen(80);\n`;
    writeFileSync(file("app", "main.mjs"), program);
  };
  const start = async (facts?: TaskFacts) => {
    const spec = { taskArn, image: "app", containerPort: 80, environment: {} };
    const task = await runtime.startContainer({ ...spec, ...(facts && { facts }) });
    tasks.push(task);
    return (await fetch(`http://${task.address}/`)).text();
  };

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), "ecs-handson-program-"));
    mkdirSync(file("app"));
    mkdirSync(file("node_modules", "greeting"), { recursive: true });
    writeFileSync(file("node_modules", "greeting", "index.js"), 'module.exports = "hello ";');
    writeFileSync(file("app", "Dockerfile"), 'FROM node\nCMD ["node", "main.mjs"]\n');
    runtime = await chooseRuntime({
      runtime: "static",
      images: () => file("app"),
      // Outside the folder with the packages, as the lab's folder may be.
      workDir: `${root}-lab`,
    });
    await runtime.prepare();
  });
  afterEach(async () => {
    await Promise.all(tasks.splice(0).map((task) => task.stop(1000)));
    rmSync(root, { recursive: true, force: true });
    rmSync(`${root}-lab`, { recursive: true, force: true });
  });

  it("runs as deployed, with its packages, when its folder is edited, until another revision is deployed", async () => {
    says("first");
    assert.equal(await start({ taskDefinition: "app:1" }), "hello first");
    says("second");
    assert.equal(await start({ taskDefinition: "app:1" }), "hello first");
    assert.equal(await start({ taskDefinition: "app:2" }), "hello second");
  });

  it("runs in its own folder if it belongs to no revision", async () => {
    says("first");
    assert.equal(await start(), "hello first");
    says("second");
    assert.equal(await start(), "hello second");
  });

  it("runs in its own folder if that contains the lab's, where a copy would contain itself", async () => {
    runtime = await chooseRuntime({
      runtime: "static",
      images: () => file("app"),
      workDir: file("app", ".lab"),
    });
    await runtime.prepare();
    says("first");
    assert.equal(await start({ taskDefinition: "app:1" }), "hello first");
  });
});
