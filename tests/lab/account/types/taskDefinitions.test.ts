import assert from "node:assert/strict";

import { Account } from "../../../../lab/account/account";
import type { Properties } from "../../../../lab/account/resourceType";
import { CONTAINER, create, FARGATE_TASK, problemPaths, rejection } from "../fixtures";

/** A task of 512 MiB with two containers, each with further properties. */
function task(one: Properties, other: Properties = {}, patch: Properties = {}): Properties {
  const containers = [
    { ...CONTAINER, ...one },
    { name: "worker", image: "worker:1", essential: false, ...other },
  ];
  return { ...FARGATE_TASK, containerDefinitions: JSON.stringify(containers), ...patch };
}

const GREATER = (setting: string) =>
  `ClientException: The '${setting}' setting for container 'worker' is greater than for the task.`;

const TMPFS =
  "ClientException: The container has an invalid tmpfs size value specified. " +
  "It must be a non-zero, non-negative integer.";

const tmpfs = (...sizes: number[]) => ({
  linuxParameters: { tmpfs: sizes.map((size, i) => ({ containerPath: `/tmp${i}`, size })) },
});

describe("the account's task definitions", () => {
  const register = (inputs: Properties) => create(Account.inMemory(), "taskDefinition", inputs);

  // The error: pulumi-awsx issues 1220 and 188.
  it("refuse a container with more memory than its task", async () => {
    assert.equal(await rejection(register(task({}, { memory: 513 }))), GREATER("memory"));
    const soft = { memoryReservation: 600 };
    assert.equal(await rejection(register(task({}, soft))), GREATER("memoryReservation"));
    await register(task({}, { memory: 512 }));
    await register(task({}, { memory: 1024 }, { memory: "1 GB" }));
  });

  // ECS developer guide, "Amazon ECS task definition parameters", memory: what containers reserve.
  it("refuse containers that reserve more than their task has in all", async () => {
    assert.match(
      await rejection(register(task({ memory: 256 }, { memory: 257 }))),
      /^ClientException: The memory reserved by the containers \(513\) exceeds the task's \(512\)\.$/,
    );
    await register(task({ memory: 256 }, { memory: 256 }));
    await register(task({ memory: 512, memoryReservation: 256 }, { memory: 256 }));
  });

  // The errors: boto3 issue 2436 and amazon-ecs-agent issue 1220; ECS API Reference, "ContainerDependency".
  it("refuse containers that cannot wait for each other, or that use the same port", async () => {
    const waits = (containerName: string, condition: string) => ({
      dependsOn: [{ containerName, condition }],
    });
    const init = { name: "init", image: "init", portMappings: [] };
    const of = (...containers: Properties[]) => {
      const [first = {}, ...others] = containers;
      const { containerDefinitions, ...rest } = task(first);
      const [own] = JSON.parse(String(containerDefinitions)) as object[];
      return register({ ...rest, containerDefinitions: JSON.stringify([own, ...others]) });
    };
    for (const [containers, error] of [
      [[waits("init", "SUCCESS"), init], /SUCCESS or COMPLETE condition cannot be an essential/],
      [
        [waits("init", "HEALTHY"), init],
        /depends on 'init' being HEALTHY, but that container has no health check/,
      ],
      [
        [waits("init", "START"), { ...init, ...waits("nginx", "START") }],
        /Container 'nginx' depends on itself in a circle/,
      ],
      [
        [{}, { ...init, portMappings: [{ containerPort: 80 }] }],
        /TCP host port '80' is mapped multiple times in task\./,
      ],
    ] as const) {
      assert.match(await rejection(of(...containers)), error);
    }
    await of(waits("init", "SUCCESS"), { ...init, essential: false });
    await of({}, { ...init, portMappings: [{ containerPort: 80, protocol: "udp" }] });
  });

  // The error: amazon-ecs-agent issue 2226.
  it("refuse a tmpfs without a size above 0", async () => {
    for (const sizes of [[0], [64, 0], [-1]]) {
      assert.equal(await rejection(register(task(tmpfs(...sizes)))), TMPFS);
    }
    await register(task(tmpfs(1, 64)));
    const unsized = { linuxParameters: { tmpfs: [{ containerPath: "/tmp" }] } };
    assert.deepEqual(problemPaths("taskDefinition", task(unsized)), ["containerDefinitions"]);
  });

  // API_KeyValuePair: neither the name nor the value is required.
  it("accept variables without a name or a value", async () => {
    for (const variable of [{ name: "A" }, { name: "A", value: null }, { value: "1" }, {}]) {
      await register(task({ environment: [variable] }));
    }
    const wrong = task({ environment: [{ name: "A", value: 1 }] });
    assert.deepEqual(problemPaths("taskDefinition", wrong), ["containerDefinitions"]);
  });
});
