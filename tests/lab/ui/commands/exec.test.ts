import assert from "node:assert/strict";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";

import type { Host, ServedPlane } from "../../../../lab/host/host";
import { exec } from "../../../../lab/ui/commands/exec";

type Runtime = ServedPlane["tasks"][number]["runtime"];

const arn = "arn:aws:ecs:ap-northeast-1:123456789012:task/jobs/0a1b";

/** A lab that serves one task without a service. */
const serving = (runtime: Runtime, ...containers: string[]) => {
  const plane: ServedPlane = {
    loadBalancers: [],
    targetGroups: [],
    services: [],
    instances: [],
    schedules: [],
    tasks: [
      {
        arn,
        deploymentId: "",
        taskDefinition: "job:1",
        revision: 1,
        lastStatus: "RUNNING",
        desiredStatus: "RUNNING",
        health: "UNKNOWN",
        runtime,
        launchType: "FARGATE",
        containers: containers.map((name) => ({
          name,
          image: "nginx",
          essential: true,
          lastStatus: "RUNNING",
          runtime,
        })),
        cluster: "jobs",
        group: "family:job",
        startedBy: "me",
      },
    ],
  };
  return { status: () => Promise.resolve({ plane }) } as unknown as Host;
};

describe("a command in a container", () => {
  let folder: string;
  const { PATH = "" } = process.env;
  /** The arguments that Docker was started with. */
  const asked = () => readFile(path.join(folder, "asked"), "utf8");

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "exec-"));
    const docker = path.join(folder, "docker");
    await writeFile(docker, `#!/bin/sh\necho "$@" >'${folder}/asked'\nexit 3\n`);
    await chmod(docker, 0o755);
    process.env.PATH = `${folder}${path.delimiter}${PATH}`;
  });
  after(async () => {
    process.env.PATH = PATH;
    await rm(folder, { recursive: true });
  });

  it("is a shell in the task's only container by default, and its exit code is passed on", async () => {
    assert.equal(await exec(serving("docker", "nginx"), { task: "0a", command: [] }), 3);
    assert.match(await asked(), /^exec -it? ecs-handson-0a1b \/bin\/sh\n$/);
  });

  it("runs in the given one of several containers", async () => {
    const command = ["ls", "-l"];
    const host = serving("docker", "nginx", "app");
    assert.equal(await exec(host, { task: arn, container: "app", command }), 3);
    assert.match(await asked(), /^exec -it? ecs-handson-0a1b-app ls -l\n$/);
  });

  for (const [title, host, container, message] of [
    [
      "there are several and none is given",
      serving("docker", "nginx", "app"),
      undefined,
      /several containers; choose one of nginx, app with --container/,
    ],
    [
      "none has the given name",
      serving("docker", "nginx"),
      "app",
      /no container app; it has nginx/,
    ],
    ["it is a process", serving("nginx", "nginx"), undefined, /nginx is a process on this machine/],
  ] as [string, Host, string | undefined, RegExp][]) {
    it(`is refused if ${title}`, async () => {
      await assert.rejects(exec(host, { task: "0a1b", container, command: [] }), message);
    });
  }

  it("is refused if nothing is served", async () => {
    const host = { status: () => Promise.resolve({}) } as unknown as Host;
    await assert.rejects(exec(host, { task: "0a1b", command: [] }), /nothing is being served/);
  });
});
