import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { chooseRuntime } from "../../../../lab/runtime/dataplane/tasks/chooseRuntime";
import { NginxRuntime } from "../../../../lab/runtime/dataplane/tasks/nginxRuntime";
import {
  type RunningContainer,
  type RuntimeName,
  type TaskRuntime,
  TaskStartError,
} from "../../../../lab/runtime/dataplane/tasks/runtime";
import { PATIENCE_MS } from "../patience";
import { killLab } from "./labProcess";
import { accepts, untilSilent } from "./sockets";

const folder = resolve(__dirname, "../../../../nginx");
const spec = { taskArn: "arn:task/1", image: "nginx", containerPort: 80, environment: {} };

for (const name of ["static", "nginx"] satisfies RuntimeName[]) {
  describe(`${name} runtime`, function () {
    this.timeout(PATIENCE_MS);
    let workDir: string;
    let runtime: TaskRuntime;
    const tasks: RunningContainer[] = [];

    let output: string[];

    const start = async (image = "nginx"): Promise<RunningContainer> => {
      const onOutput = (line: string) => output.push(line);
      const task = await runtime.startContainer({ ...spec, image, onOutput });
      tasks.push(task);
      return task;
    };

    before(async function () {
      if (name === "nginx" && (await NginxRuntime.find()) === undefined) {
        console.log("      skipped: there is no nginx on this machine");
        this.skip();
      }
    });

    beforeEach(async () => {
      output = [];
      workDir = mkdtempSync(join(tmpdir(), "ecs handson runtime-"));
      const images = (image: string) => ({ nginx: folder, notASite: join(folder, "html") })[image];
      runtime = await chooseRuntime({ runtime: name, images, workDir });
      await runtime.prepare();
    });

    afterEach(async () => {
      await Promise.all(tasks.splice(0).map((task) => task.stop(1000)));
      rmSync(workDir, { recursive: true, force: true });
    });

    it("answers as default.conf says", async () => {
      const { address } = await start();
      const page = await fetch(`http://${address}/`);
      assert.match(page.headers.get("content-type") ?? "", /^text\/html; ?charset=utf-8$/);
      const file = readFileSync(join(folder, "html/index.html"), "utf8");
      assert.equal(await page.text(), file.replace(/<!--#[^]*?-->/g, ""));
      const health = await fetch(`http://${address}/health?x=1`);
      assert.equal(await health.text(), "ok\n");
      assert.match(health.headers.get("content-type") ?? "", /^text\/plain/);
      assert.equal((await fetch(`http://${address}/missing`)).status, 404);
      assert.equal((await fetch(`http://${address}/`, { method: "POST" })).status, 405);
      for (const response of [page, health]) {
        assert.equal(response.headers.get("x-content-type-options"), "nosniff");
        assert.equal(response.headers.get("x-frame-options"), "DENY");
        assert.equal(response.headers.get("cache-control"), "no-cache");
        assert.match(response.headers.get("content-security-policy") ?? "", /default-src 'none'/);
        assert.doesNotMatch(response.headers.get("server") ?? "", /\d/);
      }
    });

    it("prints a line for each request, except for health checks", async () => {
      const task = await start();
      const headers = { "user-agent": 'a "b"', "x-forwarded-for": "192.0.2.1" };
      for (const path of ["/health", "/", "/missing?x=1"]) {
        await (await fetch(`http://${task.address}${path}`, { headers })).text();
      }
      await task.stop(PATIENCE_MS);
      await task.exited;
      const line =
        /^127\.0\.0\.1 - - \[\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000\] "(.*) HTTP\/1\.1" (\d+) \S+ "-" "a \\x22b\\x22" "192\.0\.2\.1"$/;
      const requests = output.flatMap((text) => line.exec(text)?.slice(1) ?? []);
      assert.deepEqual(requests, ["GET /", "200", "GET /missing?x=1", "404"], output.join("\n"));
    });

    it("gives each task a port of its own", async () => {
      const [one, other] = await Promise.all([start(), start()]);
      assert.notEqual(one.address, other.address);
      assert.ok(await accepts(one.address));
      assert.ok(await accepts(other.address));
    });

    it("stops with exit code 0 and leaves nothing listening", async () => {
      const task = await start();
      await task.stop(PATIENCE_MS);
      assert.deepEqual(await task.exited, { code: 0 });
      assert.equal(await accepts(task.address), false);
    });

    it("notices that a task was killed, and leaves nothing of it running", async () => {
      const task = await start();
      assert.ok(task.pid);
      process.kill(task.pid, "SIGKILL");
      assert.deepEqual(await task.exited, { signal: "SIGKILL" });
      await untilSilent(task.address);
    });

    it("says which image it has no folder for, and what to do", async () => {
      await assert.rejects(start("redis:8"), {
        name: "TaskStartError",
        message: /^CannotPullContainerError: .*redis:8.*start Docker/s,
      });
    });

    it("says what a folder lacks to be served without Docker", async () => {
      await assert.rejects(start("notASite"), {
        name: "TaskStartError",
        message: /^CannotPullContainerError: .*default\.conf.*Docker/s,
      });
    });

    it("starts no container from an image that is no longer as it was pushed", async () => {
      const checkImage = (image: string) => Promise.reject(new TaskStartError(`${image}: damaged`));
      const images = () => folder;
      const checked = await chooseRuntime({ runtime: name, images, checkImage, workDir });
      await assert.rejects(checked.startContainer(spec), /^TaskStartError: nginx: damaged$/);
    });

    it("ends its tasks when the lab is killed", async () => {
      await killLab(name, folder, workDir);
    });
  });
}

describe("chooseRuntime", () => {
  const options = { images: () => undefined, workDir: tmpdir() };
  const path = process.env.PATH;

  afterEach(() => {
    process.env.PATH = path;
  });

  it("refuses docker without a docker command, and says what to do", async () => {
    process.env.PATH = "";
    await assert.rejects(
      chooseRuntime({ ...options, runtime: "docker" }),
      /no docker command on PATH.*Start Docker, or leave out --runtime/s,
    );
  });
});
