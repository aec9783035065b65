import type { FargateServiceArgs } from "../../../components";
import { refuses } from "../refusals";
import { declareWeb } from "../webService";

const SECRET = "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:db-AbCdEf";

describe("a container", () => {
  const check = { command: ["CMD", "true"] };
  const agent = { name: "agent", image: "agent:1" };

  for (const [title, changes, problem] of [
    ["an invalid name", { containerName: "a b" }, /containerName "a b" must be/],
    ["a port out of range", { sidecars: [{ ...agent, port: 0 }] }, /sidecars\.agent\.port 0 must/],
    ["an invalid user", { user: "a b" }, /user "a b" must be a user/],
    ["an empty command", { command: [] }, /command is empty/],
    ["an empty entry point", { entryPoint: [] }, /entryPoint is empty/],
    [
      "a relative working directory",
      { workingDirectory: "srv" },
      /workingDirectory "srv" must start with/,
    ],
    ["too long a stop timeout", { stopTimeout: 121 }, /stopTimeout 121 must be .* from 2 to 120/],
    ["too short a start timeout", { startTimeout: 1 }, /startTimeout 1 must be .* from 2 to 120/],
    [
      "a health check that runs nothing",
      { healthCheck: { command: ["curl"] } },
      /must begin with "CMD"/,
    ],
    [
      "too short a check interval",
      { healthCheck: { ...check, interval: 1 } },
      /healthCheck\.interval 1 .* 5 to 300/,
    ],
    [
      "too long a check timeout",
      { healthCheck: { ...check, timeout: 121 } },
      /healthCheck\.timeout 121 .* 2 to 120/,
    ],
    ["no retries", { healthCheck: { ...check, retries: 0 } }, /healthCheck\.retries 0 .* 1 to 10/],
    [
      "too long a start period",
      { healthCheck: { ...check, startPeriod: 301 } },
      /healthCheck\.startPeriod 301 .* 0 to 300/,
    ],
    [
      "a limit that Linux does not have",
      { ulimits: [{ name: "files", softLimit: 1, hardLimit: 1 }] },
      /"files" unknown; choose from core/,
    ],
    [
      "a limit that Fargate does not allow",
      { ulimits: [{ name: "core", softLimit: 1, hardLimit: 1 }] },
      /on Fargate only nofile can be set, not core/,
    ],
    [
      "a soft limit above the hard one",
      { ulimits: [{ name: "nofile", softLimit: 2, hardLimit: 1 }] },
      /softLimit 2 is above hardLimit 1/,
    ],
    [
      "a tmpfs without a size or an absolute path",
      { linuxParameters: { tmpfs: [{ containerPath: "tmp", size: 0 }] } },
      /tmpfs: containerPath "tmp" must start with \//,
    ],
    [
      "a capability that Fargate does not allow",
      { linuxParameters: { capabilities: { add: ["NET_ADMIN"] } } },
      /on Fargate only SYS_PTRACE can be added, not NET_ADMIN/,
    ],
    [
      "a mount of a volume that does not exist",
      { mountPoints: [{ sourceVolume: "code", containerPath: "/srv" }] },
      /the task has no volume "code"; name it in volumes/,
    ],
    [
      "two mounts at one path",
      {
        volumes: [{ name: "code" }],
        mountPoints: [
          { sourceVolume: "code", containerPath: "/srv" },
          { sourceVolume: "code", containerPath: "/srv" },
        ],
      },
      /two mounts are at \/srv/,
    ],
    [
      "a log driver that Fargate does not have",
      { logConfiguration: { logDriver: "syslog" } },
      /logDriver "syslog" is not available on Fargate; choose from awslogs, splunk, awsfirelens/,
    ],
    [
      "another log group",
      { logConfiguration: { logDriver: "awslogs", options: { "awslogs-group": "x" } } },
      /leave awslogs-group out/,
    ],
    [
      "FireLens without a log router",
      { logConfiguration: { logDriver: "awsfirelens" } },
      /awsfirelens needs a container with a firelensConfiguration/,
    ],
    [
      "a dependency on a container that does not exist",
      { dependsOn: [{ containerName: "x", condition: "START" }] },
      /"nginx" depends on "x", which the task does not have/,
    ],
    [
      "an unknown condition",
      { sidecars: [agent], dependsOn: [{ containerName: "agent", condition: "UP" }] },
      /condition "UP" unknown; choose from START, COMPLETE, SUCCESS, HEALTHY/,
    ],
    [
      "waiting for the health of a container without a check",
      { sidecars: [agent], dependsOn: [{ containerName: "agent", condition: "HEALTHY" }] },
      /"nginx" depends on "agent" to be HEALTHY, which has no healthCheck/,
    ],
    [
      "waiting for the end of an essential container",
      { sidecars: [agent], dependsOn: [{ containerName: "agent", condition: "SUCCESS" }] },
      /"agent" to SUCCESS, which is essential/,
    ],
    [
      "waiting in a circle",
      {
        sidecars: [{ ...agent, dependsOn: [{ containerName: "nginx", condition: "START" }] }],
        dependsOn: [{ containerName: "agent", condition: "START" }],
      },
      /the containers nginx, agent wait for each other/,
    ],
    [
      "more CPU than its task",
      { containerCpu: 512 },
      /cpu add up to 512 units, but the task has 256/,
    ],
    [
      "more memory than its task",
      { containerMemory: 1024 },
      /"nginx" may have 1024 MiB, its task has 512/,
    ],
    [
      "reservations that exceed the task's memory",
      { sidecars: [{ ...agent, memory: 500 }], containerMemoryReservation: 64 },
      /reserve 564 MiB together, but the task has 512/,
    ],
    [
      "a reservation above its memory limit",
      { containerMemory: 128, containerMemoryReservation: 256 },
      /containerMemoryReservation 256 must be .* from 6 to 128/,
    ],
    [
      "an invalid key of a secret",
      { secrets: { A: { valueFrom: SECRET, jsonKey: "a:b" } } },
      /secrets\.A\.jsonKey "a:b"/,
    ],
    [
      "two keys of a secret",
      { secrets: { A: { valueFrom: `${SECRET}:a::`, jsonKey: "b" } } },
      /already names a key; leave jsonKey out/,
    ],
    [
      "a key of a parameter",
      {
        secrets: {
          A: { valueFrom: "arn:aws:ssm:ap-northeast-1:123456789012:parameter/a", jsonKey: "b" },
        },
      },
      /only a secret has keys, a parameter has none/,
    ],
    [
      "two volumes with one name",
      { volumes: [{ name: "a" }, { name: "a" }] },
      /volumes: "a" is listed twice/,
    ],
    ["an invalid volume name", { volumes: [{ name: "a b" }] }, /volumes: "a b" must be a name/],
    [
      "two roots of a volume",
      {
        volumes: [
          {
            name: "a",
            efsVolumeConfiguration: {
              fileSystemId: "fs-1",
              accessPointId: "fsap-1",
              rootDirectory: "/",
            },
          },
        ],
      },
      /accessPointId and rootDirectory: give one/,
    ],
  ] as [string, Partial<FargateServiceArgs>, RegExp][]) {
    it(`refuses ${title}`, async () => {
      await refuses(declareWeb(changes), problem);
    });
  }

  it("reports everything that is wrong at once, with the container's name", async () => {
    await refuses(
      declareWeb({
        user: "a b",
        sidecars: [{ ...agent, stopTimeout: 500, healthCheck: { command: [] } }],
      }),
      /- user "a b"/,
      /- sidecars\.agent\.stopTimeout 500/,
      /- sidecars\.agent\.healthCheck\.command/,
    );
  });

  it("cannot be the eleventh of its task, or its second log router", async () => {
    const many = Array.from({ length: 10 }, (_, i) => ({ name: `c${i}`, image: "a:1", memory: 6 }));
    await refuses(
      declareWeb({ sidecars: many }),
      /the task has 11 containers; ECS accepts at most 10/,
    );
    const router = { image: "a:1", firelensConfiguration: { type: "fluentbit" as const } };
    await refuses(
      declareWeb({
        sidecars: [
          { ...router, name: "one" },
          { ...router, name: "two" },
        ],
      }),
      /one and two; a task can have one log router/,
    );
  });
});
