import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { chooseRuntime } from "../../../../lab/runtime/dataplane/tasks/chooseRuntime";
import { type TaskRuntime, TaskStartError } from "../../../../lab/runtime/dataplane/tasks/runtime";

// Plays the docker command and its engine: records how it is called, and lets `run` serve HTTP
// on its own port until `stop`. Names that contain "broken" fail as the engine would.
// A shell script, as it is called for everything; only `run` needs Node.js.
const DOCKER = `#!/bin/sh
here=$(dirname "$0")
fail() { echo "$1" >&2; exit 1; }
{ printf '%s\\037' "$@"; echo; } >> "$here/calls"
case "$*" in *broken*) printf 'Error: first line\\nthe real reason\\n' >&2; exit 1 ;; esac
for last; do :; done
case "$1" in
  version)
    [ ! -e "$here/engine-down" ] || fail "Cannot connect to the Docker daemon."
    echo 28.2.2 ;;
  build) echo sha256:abc ;;
  image) fail "No such image" ;;
  pull) echo "$last" ;;
  network) [ "$2" != inspect ] || fail "No such network: $2" ;;
  ps) printf 'left1\\nleft2\\n' ;;
  rm) ;;
  run)
    case " $* " in *" --detach "*)
      while [ "$1" != --name ]; do shift; done
      echo 4711 > "$here/port-$2"
      exit 0 ;;
    esac
    case " $* " in *" EXIT=3 "*) echo "no such file"; exit 3 ;; esac
    exec node "$here/container.cjs" "$here" "$@" ;;
  port)
    [ -e "$here/port-$2" ] || fail "No such container: $2"
    echo "127.0.0.1:$(cat "$here/port-$2")" ;;
  exec) [ "$3" = true ] || exit 5 ;;
  stop) kill -TERM "$(cat "$here/pid-$last")" ;;
  *) fail "unknown command $1" ;;
esac
`;

const CONTAINER = `
const { renameSync, rmSync, writeFileSync } = require("node:fs");
const { createServer } = require("node:http");
const { join } = require("node:path");
const [folder, ...args] = process.argv.slice(2);
const name = args[args.indexOf("--name") + 1];
const file = (what) => join(folder, what + "-" + name);
const server = createServer((_request, response) => response.end("from the container"));
server.listen(0, "127.0.0.1", () => {
  writeFileSync(file("pid"), String(process.pid));
  // Complete as soon as it exists.
  writeFileSync(file("new"), String(server.address().port));
  renameSync(file("new"), file("port"));
  console.log("container says hello");
  if (process.env.TOKEN) console.log("with " + process.env.TOKEN);
});
process.on("SIGTERM", () => { rmSync(file("port")); process.exit(0); });
`;

describe("docker runtime", () => {
  const path = process.env.PATH;
  let bin: string;
  let runtime: TaskRuntime;

  const calls = (command: string): string[][] =>
    readFileSync(join(bin, "calls"), "utf8")
      .trim()
      .split("\n")
      .map((line) => line.split("\u001f").slice(0, -1))
      .filter(([name]) => name === command);

  const spec = (image: string, environment: Record<string, string> = {}) => ({
    taskArn: "arn:aws:ecs:ap-northeast-1:123456789012:task/handson/0123abcd",
    image,
    containerPort: 80,
    environment,
  });

  beforeEach(async () => {
    bin = mkdtempSync(join(tmpdir(), "ecs-handson-docker-"));
    writeFileSync(join(bin, "docker"), DOCKER);
    chmodSync(join(bin, "docker"), 0o755);
    writeFileSync(join(bin, "container.cjs"), CONTAINER);
    process.env.PATH = [bin, dirname(process.execPath), path].join(delimiter);
    runtime = await chooseRuntime({
      images: (image) => ({ nginx: "/project/nginx", brokenBuild: "/project/broken" })[image],
      workDir: "/project/.lab",
    });
  });

  afterEach(() => {
    process.env.PATH = path;
    rmSync(bin, { recursive: true });
  });

  it("is chosen first when an engine answers", () => {
    assert.equal(runtime.name, "docker");
  });

  it("is rejected with the engine's own message when no engine answers", async () => {
    writeFileSync(join(bin, "engine-down"), "");
    const options = { images: () => undefined, workDir: "/project/.lab" };
    await assert.rejects(
      chooseRuntime({ ...options, runtime: "docker" }),
      /Cannot connect to the Docker daemon\./,
    );
    assert.notEqual((await chooseRuntime(options)).name, "docker");
  });

  it("starts no container from an image that is no longer as it was pushed", async () => {
    const checked = await chooseRuntime({
      images: () => "/project/nginx",
      checkImage: (image) => Promise.reject(new TaskStartError(`${image}: damaged`)),
      workDir: "/project/.lab",
    });
    await assert.rejects(checked.startContainer(spec("web")), /^TaskStartError: web: damaged$/);
    assert.deepEqual(calls("run"), []);
  });

  it("passes secrets only in the environment, and gives a namespace's members a network with their names", async () => {
    const output: string[] = [];
    const task = await runtime.startContainer({
      ...spec("nginx"),
      secrets: { TOKEN: "very secret" },
      serviceConnect: {
        namespace: "arn:aws:servicediscovery:ap-northeast-1:123456789012:namespace/ns-1",
        names: ["web"],
        endpoints: [],
      },
      onOutput: (line) => output.push(line),
    });
    await task.stop(1000);
    assert.ok(output.includes("with very secret"));
    assert.ok(!readFileSync(join(bin, "calls"), "utf8").includes("very secret"));
    const [run = []] = calls("run");
    assert.equal(run[run.indexOf("TOKEN") - 1], "--env");
    assert.equal(run[run.indexOf("--network") + 1], "ecs-handson-ns-1");
    assert.equal(run[run.indexOf("--network-alias") + 1], "web");
    assert.deepEqual(
      calls("network").map(([, what, ...rest]) => [what, rest.at(-1)]),
      [
        ["inspect", "ecs-handson-ns-1"],
        ["create", "ecs-handson-ns-1"],
      ],
    );
  });

  it("builds the image's folder and publishes its port on this machine only", async () => {
    const output: string[] = [];
    const task = await runtime.startContainer({
      ...spec("nginx", { COLOR: "blue" }),
      command: ["nginx", "-g", "daemon off;"],
      onOutput: (line) => output.push(line),
    });
    try {
      const response = await fetch(`http://${task.address}/`);
      assert.equal(await response.text(), "from the container");
      assert.deepEqual(calls("build"), [["build", "--quiet", "/project/nginx"]]);
      const [run = []] = calls("run");
      const value = (flag: string) => run.filter((_, index) => run[index - 1] === flag);
      assert.ok(run.includes("--rm"));
      assert.deepEqual(value("--publish"), ["127.0.0.1::80"]);
      assert.deepEqual(value("--env"), ["COLOR=blue"]);
      assert.deepEqual(value("--label"), [
        "ecs-handson.lab=/project/.lab",
        "ecs-handson.task=arn:aws:ecs:ap-northeast-1:123456789012:task/handson/0123abcd",
      ]);
      assert.deepEqual(run.slice(-4), ["sha256:abc", "nginx", "-g", "daemon off;"]);
    } finally {
      await task.stop(5000);
    }
    assert.deepEqual(await task.exited, { code: 0 });
    assert.deepEqual(output, ["container says hello"]);
    assert.deepEqual(calls("stop"), [["stop", "-t", "5", "ecs-handson-0123abcd"]]);
  });

  it("lets a task's containers share the network of a pause container", async () => {
    const { taskArn } = spec("nginx");
    const alone = { taskArn, containerCount: 1, containerPorts: [80] };
    assert.equal(await runtime.openNetwork?.(alone), undefined);
    const network = await runtime.openNetwork?.({ ...alone, containerCount: 2 });
    assert.ok(network);
    const [pause = []] = calls("run");
    assert.equal(pause[pause.indexOf("--publish") + 1], "127.0.0.1::80");
    assert.equal(network.address(80), "127.0.0.1:4711");
    const task = await runtime.startContainer({
      ...spec("nginx"),
      name: "web",
      network,
      entryPoint: ["sh", "-c"],
      command: ["nginx"],
    });
    assert.equal(task.address, "127.0.0.1:4711");
    assert.equal(await task.exec?.(["true"], 60_000), 0);
    assert.equal(await task.exec?.(["false"], 60_000), 5);
    const file = join(bin, "pid-ecs-handson-0123abcd-web");
    while (!existsSync(file)) await new Promise((done) => setTimeout(done, 10));
    await task.stop(1000);
    const run = calls("run").at(-1) ?? [];
    assert.equal(run[run.indexOf("--name") + 1], "ecs-handson-0123abcd-web");
    assert.equal(run[run.indexOf("--network") + 1], "container:ecs-handson-0123abcd-network");
    assert.equal(run.includes("--publish"), false);
    assert.deepEqual(run.slice(-5), ["--entrypoint", "sh", "sha256:abc", "-c", "nginx"]);
    await network.close();
    assert.deepEqual(calls("rm").at(-1), ["rm", "--force", "ecs-handson-0123abcd-network"]);
  });

  it("pulls an image that stands for no folder", async () => {
    const task = await runtime.startContainer(spec("redis:8"));
    await task.stop(1000);
    assert.deepEqual(calls("pull"), [["pull", "--quiet", "redis:8"]]);
    assert.deepEqual(calls("build"), []);
  });

  it("reports ECS's error, the engine's reason and a remedy when an image is not available", async () => {
    await assert.rejects(runtime.startContainer(spec("broken:1")), {
      name: "TaskStartError",
      message: /^CannotPullContainerError: the real reason\. .*docker pull broken:1/,
    });
    await assert.rejects(runtime.startContainer(spec("brokenBuild")), {
      name: "TaskStartError",
      message: /^CannotPullContainerError: .*the real reason\. Run `docker build/,
    });
  });

  it("reports a container's last output when it exits at once", async () => {
    await assert.rejects(runtime.startContainer(spec("nginx", { EXIT: "3" })), {
      name: "TaskStartError",
      message: /^CannotStartContainerError: .*no such file/,
    });
  });

  it("removes what a killed lab left in the same folder", async () => {
    await runtime.prepare();
    const filter = "label=ecs-handson.lab=/project/.lab";
    assert.deepEqual(calls("ps"), [["ps", "--all", "--quiet", "--filter", filter]]);
    assert.deepEqual(calls("rm"), [["rm", "--force", "left1", "left2"]]);
  });
});
