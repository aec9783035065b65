import assert from "node:assert/strict";

import { UNKNOWN } from "../../../lab/shared/unknown";
import { CONTAINER, FARGATE_TASK, TYPES } from "../account/fixtures";
import type { Engine } from "./client";
import { providersForEachTest } from "./served";

describe("the offline provider's diff", () => {
  const served = providersForEachTest();
  let engine: Engine;

  beforeEach(() => {
    ({ engine } = served);
  });

  it("sees no change if only order and spelling differ", async () => {
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

  // terraform-provider-aws, internal/service/ecs/container_definitions.go, reduce(isAWSVPC): only
  // under awsvpc is a host port that is left out, or 0, the container's.
  it("compares host ports according to the network mode", async () => {
    const isSame = async (
      networkMode: string | undefined,
      ...hostPorts: (number | undefined)[]
    ) => {
      const [olds = {}, news = {}] = hostPorts.map((hostPort) => ({
        family: "app",
        ...(networkMode !== undefined && { networkMode }),
        containerDefinitions: JSON.stringify([
          { ...CONTAINER, portMappings: [{ containerPort: 80, hostPort }] },
        ]),
      }));
      return !(await engine.diff(TYPES.taskDefinition, olds, news)).changes;
    };
    assert.equal(await isSame("awsvpc", undefined, 80), true);
    for (const networkMode of ["bridge", "host", undefined]) {
      assert.equal(await isSame(networkMode, undefined, 80), false, networkMode);
      assert.equal(await isSame(networkMode, undefined, 0), true, networkMode);
      assert.equal(await isSame(networkMode, 0, 80), false, networkMode);
    }
  });

  // The same function, and compactArrays: a null value is none, {} is no variable, "" is a value.
  it("distinguishes a variable without a value from an empty one, and fills in health checks", async () => {
    const differ = async (one: object, other: object) => {
      const [olds = {}, news = {}] = [one, other].map((patch) => ({
        ...FARGATE_TASK,
        containerDefinitions: JSON.stringify([{ ...CONTAINER, ...patch }]),
      }));
      return (await engine.diff(TYPES.taskDefinition, olds, news)).changes;
    };
    const variables = (...environment: object[]) => ({ environment });
    const none = variables({ name: "A" });
    assert.equal(await differ(none, variables({ name: "A", value: null }, {})), false);
    assert.equal(await differ(none, variables({ name: "A", value: "" })), true);
    const check = (patch: object) => ({ healthCheck: { command: ["CMD", "true"], ...patch } });
    assert.equal(await differ(check({}), check({ interval: 30, retries: 3, timeout: 5 })), false);
    assert.equal(await differ(check({}), check({ retries: 4 })), true);
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

  it("lists each changed property with its path", async () => {
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

  it("treats an unknown value as a change", async () => {
    const { replaces } = await engine.diff(TYPES.subnet, { vpcId: "vpc-1" }, { vpcId: UNKNOWN });
    assert.deepEqual(replaces, ["vpcId"]);
  });
});
