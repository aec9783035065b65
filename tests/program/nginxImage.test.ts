import assert from "node:assert/strict";

import { evaluateProgram } from "./mocks";

const ofType = async (type: string, changes: Record<string, string>) => {
  const { resources } = await evaluateProgram(changes);
  return resources.filter((one) => one.type === type).map(({ inputs }) => inputs);
};

const both = { chapters: '["fargate","ec2"]', nginxImage: "build" };
const taskDefinition = "aws:ecs/taskDefinition:TaskDefinition";

describe("an image that the program builds", () => {
  it("is run by the first tutorial's service, which may pull it", async () => {
    const own = { nginxImage: "build" };
    const [task] = await ofType(taskDefinition, own);
    assert.match(String(task?.containerDefinitions), /amazonaws\.com\/nginx-image@sha256:/);
    const policies = await ofType("aws:iam/rolePolicy:RolePolicy", own);
    assert.ok(policies.some(({ policy }) => String(policy).includes("ecr:BatchGetImage")));
  });

  it("is built once for the services of both tutorials", async () => {
    assert.equal((await ofType("awsx:ecr:Image", both)).length, 1);
    const tasks = await ofType(taskDefinition, both);
    assert.equal(tasks.length, 2);
    for (const { containerDefinitions } of tasks) {
      assert.match(String(containerDefinitions), /nginx-image@sha256:/);
    }
  });

  it("is refused for two services on different processors", async () => {
    await assert.rejects(
      evaluateProgram({ ...both, cpuArchitecture: "ARM64" }),
      /already built from \.\/nginx for ARM64, and cannot also be built from \.\/nginx for X86_64/,
    );
  });

  it("has no repository in a stack whose service runs a public one", async () => {
    assert.deepEqual(await ofType("aws:ecr/repository:Repository", {}), []);
  });
});

describe("a tag that nobody has pushed", () => {
  it("is refused for the first tutorial's service, with how to create its repository first", async () => {
    await assert.rejects(
      evaluateProgram({ nginxImage: "2.0" }),
      /ecs-handson-dev\/nginx does not exist yet; first update with nginxImage=build, or with desiredCount 0, then push/,
    );
    await evaluateProgram({ nginxImage: "2.0", desiredCount: "0" });
  });
});
