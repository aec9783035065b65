import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chooseRuntime } from "../../../../lab/runtime/dataplane/tasks/chooseRuntime";
import { HostNetwork } from "../../../../lab/runtime/dataplane/tasks/hostNetwork";
import { nodeImage } from "../../../../lab/runtime/dataplane/tasks/nodeImage";
import { repository } from "../../../../lab/shared/repository";
import type {
  RunningContainer,
  TaskRuntime,
  ContainerSpec,
} from "../../../../lab/runtime/dataplane/tasks/runtime";
import { PATIENCE_MS } from "../patience";
import { killLab } from "./labProcess";
import { GREETER, programFolder } from "./nodeProgram";
import { accepts } from "./sockets";

describe("a version of Node.js that connects in a way that the lab does not know", () => {
  const started = (node: string) => {
    const folder = mkdtempSync(join(tmpdir(), "ecs-handson-other-"));
    try {
      const other = join(folder, "other.cjs");
      writeFileSync(other, node);
      const preload = join(repository, "lab", "runtime", "dataplane", "tasks", "nodePreload.cjs");
      const task = { endpoints: [], name: "a", containerPort: 80 };
      const args = ["--require", other, "--require", preload, "--eval", 'console.log("ran")'];
      const env = { ECS_HANDSON_TASK: JSON.stringify(task) };
      return spawnSync(process.execPath, args, { env, encoding: "utf8" });
    } finally {
      rmSync(folder, { recursive: true });
    }
  };

  it("runs no task, as connections could leave the task", () => {
    const other = `
      const net = require("node:net");
      const { connect } = net.Socket.prototype;
      net.createConnection = (...args) => connect.apply(new net.Socket(), args).on("error", () => {});`;
    const { status, stdout, stderr } = started(other);
    assert.deepEqual([status, stdout], [1, ""]);
    assert.match(stderr, /Error: Node\.js v\S+ connects in a way that the lab does not know/);
  });

  it("is not the one that runs this test", () => {
    const { status, stdout, stderr } = started("");
    assert.deepEqual([status, stdout, stderr], [0, "ran\n", ""]);
  });
});

/** A task whose containers expose no port. */
const noPorts = { containerCount: 2, containerPorts: [] };

describe("node runtime", function () {
  this.timeout(PATIENCE_MS);
  let workDir: string;
  let runtime: TaskRuntime;
  const tasks: RunningContainer[] = [];
  const folders = new Map<string, string>();

  const folderOf = (image: string, main = GREETER, dockerfile?: string) => {
    const folder = programFolder({ main, ...(dockerfile === undefined ? {} : { dockerfile }) });
    folders.set(image, folder);
    return folder;
  };

  const start = async (spec: Partial<ContainerSpec> = {}): Promise<RunningContainer> => {
    const task = await runtime.startContainer({
      taskArn: "arn:task/1",
      image: "greeter",
      containerPort: 8080,
      environment: {},
      ...spec,
    });
    tasks.push(task);
    return task;
  };

  const ask = async (task: RunningContainer, path: string) =>
    (await fetch(`http://${task.address}${path}`)).json() as Promise<Record<string, unknown>>;

  beforeEach(async () => {
    workDir = mkdtempSync(join(tmpdir(), "ecs-handson-node-"));
    folderOf("greeter");
    runtime = await chooseRuntime({
      runtime: "static",
      images: (image) => folders.get(image),
      workDir,
    });
    await runtime.prepare();
  });

  afterEach(async () => {
    await Promise.all(tasks.splice(0).map((task) => task.stop(1000)));
    for (const folder of [workDir, ...folders.values()]) rmSync(folder, { recursive: true });
    folders.clear();
  });

  it("runs the program that the Dockerfile's last stage starts, in its folder", async () => {
    const task = await start({ environment: { NAME: "one" } });
    const who = await ask(task, "/who");
    assert.equal(task.runtime, "node");
    assert.equal(who.pid, task.pid);
    assert.equal(who.name, "one");
    assert.match(String(who.cwd), /ecs-handson-node-program-/);
  });

  it("lets one container of a task at a time listen on a port, even when they race for it", async () => {
    // Takes the port a hundred times, and fails if another container has it at the same time.
    const main = `import { rmSync, writeFileSync } from "node:fs";
      const held = process.env.HELD;
      let left = 100;
      const take = () => {
        const server = createServer();
        server.once("error", () => setImmediate(take));
        server.listen(8080, () => {
          writeFileSync(held, "", { flag: "wx" });
          setImmediate(() => {
            rmSync(held);
            server.close(() => (left-- > 0 ? take() : undefined));
          });
        });
      };
      take();`;
    folderOf("racer", main);
    const network = await runtime.openNetwork?.({ taskArn: "arn:task/1", ...noPorts });
    const environment = { HELD: join(workDir, "held") };
    const both = await Promise.all(
      ["one", "other"].map((name) =>
        start({
          name,
          image: "racer",
          environment,
          isPortless: true,
          ...(network && { network }),
        }),
      ),
    );
    const exits = await Promise.all(both.map(({ exited }) => exited));
    assert.deepEqual(exits, [{ code: 0 }, { code: 0 }]);
  });

  it("reports a port whose file cannot be read as taken", async () => {
    folderOf(
      "listener",
      'createServer().once("error", ({ code }) => console.log(code)).listen(8080);',
    );
    const network = HostNetwork.open(workDir);
    writeFileSync(join(network.folder, "8080"), "");
    const lines: string[] = [];
    const task = await start({
      image: "listener",
      name: "one",
      isPortless: true,
      network,
      onOutput: (line) => lines.push(line),
    });
    assert.deepEqual(await task.exited, { code: 0 });
    assert.deepEqual(lines, ["EADDRINUSE"]);
  });

  it("gives a program the environment of the image and the task, and of the lab's only PATH", async () => {
    process.env.LAB_SECRET_OF_TEST = "not for tasks";
    const task = await start({ environment: { NAME: "one", NODE_ENV: "test" } });
    delete process.env.LAB_SECRET_OF_TEST;
    assert.deepEqual(await ask(task, "/env"), {
      PATH: process.env.PATH,
      NAME: "one",
      NODE_ENV: "test",
      GREETING: "good day",
    });
  });

  it("lets several tasks listen on the same container port, each on loopback only", async () => {
    const [one, other] = await Promise.all([start(), start()]);
    assert.notEqual(one.address, other.address);
    for (const { address } of [one, other]) {
      assert.match(address, /^127\.0\.0\.1:\d+$/);
      assert.ok(await accepts(address));
      assert.equal(await accepts(address.replace("127.0.0.1", "127.0.0.2")), false);
    }
  });

  it("lets a program that is stopped answer the requests in flight", async () => {
    const lines: string[] = [];
    let arrived = (): void => undefined;
    const isSlow = new Promise<void>((resolve) => (arrived = resolve));
    const task = await start({
      onOutput: (line) => {
        lines.push(line);
        if (line === "greeter is slow") arrived();
      },
    });
    const slow = ask(task, "/slow");
    await isSlow;
    const stopped = task.stop(PATIENCE_MS);
    assert.deepEqual(await slow, { slow: true });
    await stopped;
    assert.deepEqual(await task.exited, { code: 0 });
    assert.deepEqual(lines, ["greeter listens", "greeter is slow", "greeter drains"]);
    assert.equal(await accepts(task.address), false);
  });

  it("kills a program that does not stop on SIGTERM", async () => {
    folderOf("deaf", `createServer().listen(8080); process.on("SIGTERM", () => undefined);`);
    const task = await start({ image: "deaf" });
    await task.stop(50);
    assert.deepEqual(await task.exited, { signal: "SIGKILL" });
  });

  it("runs a command that replaces the image's", async () => {
    const task = await start({ command: ["node", "--no-warnings", "src/main.js"] });
    assert.equal((await ask(task, "/health")).status, "ok");
  });

  it("runs TypeScript, even if Node.js does not by itself", async () => {
    const main =
      "const port: number = 8080;\ncreateServer((_, response) => response.end('{}')).listen(port);";
    folders.set("typed", programFolder({ main, script: "src/main.ts" }));
    const task = await start({ image: "typed" });
    assert.deepEqual(await ask(task, "/"), {});
  });

  it("reports the output of a program that exits at once", async () => {
    folderOf("broken", `console.error("NAME is missing"); process.exit(3);`);
    await assert.rejects(start({ image: "broken" }), {
      name: "TaskStartError",
      message: /^CannotStartContainerError: .*exit code 3: NAME is missing$/,
    });
  });

  it("reports a script of the Dockerfile that does not exist", async () => {
    const folder = folderOf("lost", "", 'FROM node:24\nCMD ["node", "dist/main.js"]\n');
    await assert.rejects(start({ image: "lost" }), (error: Error) => {
      assert.match(
        error.message,
        /^CannotStartContainerError: .* starts dist\/main\.js, which does not exist/,
      );
      assert.ok(error.message.includes(folder));
      return true;
    });
  });

  it("ends its tasks when the lab is killed", async () => {
    await killLab("static", folders.get("greeter") ?? "", workDir, "8080");
  });
});

describe("nodeImage", () => {
  const folders: string[] = [];
  const read = (dockerfile: string, command?: readonly string[]) => {
    const folder = programFolder({ main: "", dockerfile });
    folders.push(folder);
    return nodeImage(folder, command === undefined ? {} : { command });
  };

  after(() => {
    for (const folder of folders) rmSync(folder, { recursive: true });
  });

  for (const [dockerfile, args] of [
    ['CMD ["node", "main.js", "--port", "1"]', ["main.js", "--port", "1"]],
    ["CMD node main.js", ["main.js"]],
    ['ENTRYPOINT ["/usr/local/bin/node"]\nCMD ["main.js"]', ["main.js"]],
    ['WORKDIR /srv/app\nCMD ["node", "/srv/app/dist/main.js"]', ["dist/main.js"]],
    ['CMD ["node", "one.js"]\nCMD ["node", "other.js"]', ["other.js"]],
  ] as const) {
    it(`reads ${dockerfile.replaceAll("\n", ", ")}`, () => {
      assert.deepEqual(read(`FROM node:24\n${dockerfile}\n`)?.args, args);
    });
  }

  for (const dockerfile of [
    'FROM nginx\nCMD ["nginx", "-g", "daemon off;"]\n',
    "FROM nginx\n",
    'FROM node:24 AS build\nCMD ["node", "main.js"]\nFROM nginx\n',
  ]) {
    it(`is undefined for ${JSON.stringify(dockerfile)}`, () => {
      assert.equal(read(dockerfile), undefined);
    });
  }

  it("keeps the image's entry point with a task's own command", () => {
    const dockerfile = 'FROM node:24\nENTRYPOINT ["node"]\nCMD ["main.js"]\n';
    assert.deepEqual(read(dockerfile, ["other.js"])?.args, ["other.js"]);
  });
});
