import assert from "node:assert/strict";

import { UNKNOWN } from "../../../lab/account/schema";
import { CONTAINER, FARGATE_TASK, TYPES } from "../account/fixtures";
import type { Engine } from "./client";
import { providersForEachTest } from "./served";

describe("the offline provider's diff", () => {
  const served = providersForEachTest();
  let engine: Engine;

  beforeEach(() => {
    ({ engine } = served);
  });

  it("sees no change where only order and spelling differ", async () => {
    const olds = {
      ...FARGATE_TASK,
      containerDefinitions: JSON.stringify([
        {
          ...CONTAINER,
          environment: [
            { name: "A", value: "1" },
            { name: "B", value: "2" },
          ],
        },
      ]),
    };
    const news = {
      ...FARGATE_TASK,
      containerDefinitions: JSON.stringify([
        {
          ...CONTAINER,
          essential: true,
          portMappings: [{ containerPort: 80, hostPort: 80, protocol: "tcp" }],
          environment: [
            { value: "2", name: "B" },
            { name: "A", value: "1" },
          ],
          mountPoints: [],
        },
      ]),
    };
    const { changes } = await engine.diff(TYPES.taskDefinition, olds, news);
    assert.equal(changes, false);
  });

  it("replaces a task definition for another image", async () => {
    const containerDefinitions = JSON.stringify([{ ...CONTAINER, image: "nginx:2" }]);
    const result = await engine.diff(TYPES.taskDefinition, FARGATE_TASK, {
      ...FARGATE_TASK,
      containerDefinitions,
    });
    assert.deepEqual(result.replaces, ["containerDefinitions"]);
    assert.equal(result.deleteBeforeReplace, false);
  });

  it("names each changed property, at its depth", async () => {
    const olds = { tags: { a: "1", b: "2" }, healthCheck: { path: "/", interval: 10 } };
    const news = { tags: { a: "1", c: "3" }, healthCheck: { path: "/x", interval: 10 } };
    const { detailed, replaces } = await engine.diff(TYPES.targetGroup, olds, news);
    assert.deepEqual(detailed.sort(), ["healthCheck.path", "tags.b", "tags.c"]);
    assert.deepEqual(replaces, []);
  });

  it("deletes before it replaces when the name stays the same", async () => {
    const olds = { name: "web", vpcId: "vpc-1" };
    const chosen = await engine.diff(TYPES.securityGroup, olds, { name: "web", vpcId: "vpc-2" });
    assert.deepEqual(chosen.replaces, ["vpcId"]);
    assert.equal(chosen.deleteBeforeReplace, true);
    const made = await engine.diff(
      TYPES.securityGroup,
      { ...olds, __defaults: ["name"] },
      { name: "web-1234567", vpcId: "vpc-2", __defaults: ["name"] },
    );
    assert.equal(made.deleteBeforeReplace, false);
  });

  it("deletes a bucket before it replaces it when the name stays the same", async () => {
    const move = (defaults: string[]) =>
      engine.diff(
        TYPES.bucket,
        { bucket: "web", region: "ap-northeast-1", __defaults: defaults },
        { bucket: "web", region: "ap-northeast-3", __defaults: defaults },
      );
    assert.equal((await move([])).deleteBeforeReplace, true);
    assert.equal((await move(["bucket"])).deleteBeforeReplace, false);
  });

  it("keeps what AWS computes when the program stops setting it", async () => {
    const { changes } = await engine.diff(
      TYPES.service,
      { platformVersion: "1.4.0", name: "s" },
      { name: "s" },
    );
    assert.equal(changes, false);
  });

  it("leaves ignored inputs alone", async () => {
    const { changes } = await engine.diff(TYPES.service, { desiredCount: 1 }, { desiredCount: 2 }, [
      "desiredCount",
    ]);
    assert.equal(changes, false);
  });

  it("takes an unknown value for a change", async () => {
    const { replaces } = await engine.diff(TYPES.subnet, { vpcId: "vpc-1" }, { vpcId: UNKNOWN });
    assert.deepEqual(replaces, ["vpcId"]);
  });
});
