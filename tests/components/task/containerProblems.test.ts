import type { FargateServiceArgs } from "../../../components";
import { refuses } from "../refusals";
import { declareWeb } from "../webService";

const SECRET = "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:db-AbCdEf";

describe("a container", () => {
  const check = { command: ["CMD", "true"] };
  const agent = { name: "agent", image: "agent:1" };

  for (const [title, changes, told] of [
    ["a name that is none", { containerName: "a b" }, /containerName "a b" must be/],
    ["a port out of range", { sidecars: [{ ...agent, port: 0 }] }, /sidecars\.agent\.port 0 must/],
    ["a user that is none", { user: "a b" }, /user "a b" must be a user/],
    ["an empty command", { command: [] }, /command is empty/],
    ["an empty entry point", { entryPoint: [] }, /entryPoint is empty/],
    [
      "a folder that is none",
      { workingDirectory: "srv" },
      /workingDirectory "srv" must start with/,
    ],
    ["too long to stop", { stopTimeout: 121 }, /stopTimeout 121 must be .* from 2 to 120/],
    ["too short to start", { startTimeout: 1 }, /startTimeout 1 must be .* from 2 to 120/],
    [
      "a health check that runs nothing",
      { healthCheck: { command: ["curl"] } },
      /must begin with "CMD"/,
    ],
    [
      "a check too often",
      { healthCheck: { ...check, interval: 1 } },
      /healthCheck\.interval 1 .* 5 to 300/,
    ],
    [
      "a check too long",
      { healthCheck: { ...check, timeout: 121 } },
      /healthCheck\.timeout 121 .* 2 to 120/,
    ],
    ["no retries", { healthCheck: { ...check, retries: 0 } }, /healthCheck\.retries 0 .* 1 to 10/],
    [
      "too long a start",
      { healthCheck: { ...check, startPeriod: 301 } },
      /healthCheck\.startPeriod 301 .* 0 to 300/,
    ],
    [
      "a limit that Linux has not",
      { ulimits: [{ name: "files", softLimit: 1, hardLimit: 1 }] },
      /"files" unknown; choose from core/,
    ],
    [
      "a limit that Fargate does not let be set",
      { ulimits: [{ name: "core", softLimit: 1, hardLimit: 1 }] },
      /on Fargate only nofile can be set, not core/,
    ],
    [
      "a soft limit above the hard one",
      { ulimits: [{ name: "nofile", softLimit: 2, hardLimit: 1 }] },
      /softLimit 2 is above hardLimit 1/,
    ],
    [
      "a folder in memory without size or place",
      { linuxParameters: { tmpfs: [{ containerPath: "tmp", size: 0 }] } },
      /tmpfs: containerPath "tmp" must start with \//,
    ],
    [
      "a capability that Fargate does not let be added",
      { linuxParameters: { capabilities: { add: ["NET_ADMIN"] } } },
      /on Fargate only SYS_PTRACE can be added, not NET_ADMIN/,
    ],
    [
      "a place for a volume that is not there",
      { mountPoints: [{ sourceVolume: "code", containerPath: "/srv" }] },
      /the task has no volume "code"; name it in volumes/,
    ],
    [
      "two things in one place",
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
      "a log driver that Fargate has not",
      { logConfiguration: { logDriver: "syslog" } },
      /logDriver "syslog" is not available on Fargate; choose from awslogs, splunk, awsfirelens/,
    ],
    [
      "a log group of others",
      { logConfiguration: { logDriver: "awslogs", options: { "awslogs-group": "x" } } },
      /leave awslogs-group out/,
    ],
    [
      "a log router that is not there",
      { logConfiguration: { logDriver: "awsfirelens" } },
      /awsfirelens needs a container with a firelensConfiguration/,
    ],
    [
      "a dependency on nobody",
      { dependsOn: [{ containerName: "x", condition: "START" }] },
      /"nginx" depends on "x", which the task does not have/,
    ],
    [
      "a condition that is none",
      { sidecars: [agent], dependsOn: [{ containerName: "agent", condition: "UP" }] },
      /condition "UP" unknown; choose from START, COMPLETE, SUCCESS, HEALTHY/,
    ],
    [
      "to wait for the health of what has no check",
      { sidecars: [agent], dependsOn: [{ containerName: "agent", condition: "HEALTHY" }] },
      /"nginx" depends on "agent" to be HEALTHY, which has no healthCheck/,
    ],
    [
      "to wait for the end of what the task ends with",
      { sidecars: [agent], dependsOn: [{ containerName: "agent", condition: "SUCCESS" }] },
      /"agent" to SUCCESS, which is essential/,
    ],
    [
      "to wait in a circle",
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
      "memory that is not there for all",
      { sidecars: [{ ...agent, memory: 500 }], containerMemoryReservation: 64 },
      /reserve 564 MiB together, but the task has 512/,
    ],
    [
      "to keep more memory than it may have",
      { containerMemory: 128, containerMemoryReservation: 256 },
      /containerMemoryReservation 256 must be .* from 6 to 128/,
    ],
    [
      "a secret's key that is none",
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
      "two volumes of one name",
      { volumes: [{ name: "a" }, { name: "a" }] },
      /volumes: "a" is listed twice/,
    ],
    [
      "a volume's name that is none",
      { volumes: [{ name: "a b" }] },
      /volumes: "a b" must be a name/,
    ],
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
    it(`is refused ${title}`, async () => {
      await refuses(declareWeb(changes), told);
    });
  }

  it("is told everything that is wrong at once, by the name of the container", async () => {
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

  it("is refused an eleventh, and a second log router", async () => {
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
