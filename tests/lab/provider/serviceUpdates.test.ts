import assert from "node:assert/strict";

import type { Account } from "../../../lab/account/account";
import type { Properties } from "../../../lab/account/resourceType";
import {
  create,
  createWorld,
  FARGATE_TASK,
  given,
  goodService,
  rejection,
  TYPES,
  type World,
} from "../account/fixtures";
import type { Engine } from "./client";
import { createEc2World, ec2ServiceInputs } from "../account/types/ec2World";
import { providersForEachTest } from "./served";

const REFUSAL =
  "force_new_deployment should be true when capacity_provider_strategy is being updated";

const BY_CODE_DEPLOY =
  "on services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy to trigger a new deployment.";

const strategy = (weight: number) => ({
  capacityProviderStrategies: [{ capacityProvider: "FARGATE", weight }],
});

// terraform-provider-aws, internal/service/ecs/service.go: resourceService (the schema),
// capacityProviderStrategyCustomizeDiff, triggersCustomizeDiff, resourceServiceCreate,
// resourceServiceRead and resourceServiceUpdate.
describe("the offline provider's updates of a service", () => {
  const served = providersForEachTest();
  let account: Account;
  let engine: Engine;
  let world: World;

  beforeEach(async () => {
    ({ account, engine } = served);
    world = await createWorld(account);
    await create(account, "clusterCapacityProviders", {
      clusterName: "handson",
      capacityProviders: ["FARGATE", "FARGATE_SPOT"],
    });
  });

  /** A deployed service that one `up` after another changes. */
  async function deployed(patch: Properties = {}) {
    let inputs = (await engine.check(TYPES.service, serviceWith(patch))).inputs;
    const created = await engine.create(TYPES.service, inputs);
    let state = created.properties;
    const forced = () => account.get(TYPES.service, created.id)?.outputs.forcedDeployments;
    const plan = async (next: Properties) => {
      const news = (await engine.check(TYPES.service, serviceWith(next), inputs)).inputs;
      return { news, diff: await engine.diff(TYPES.service, inputs, news, [], state) };
    };
    const up = async (next: Properties) => {
      const { news, diff } = await plan(next);
      assert.deepEqual(diff.replaces, []);
      if (diff.changes) state = await engine.update(TYPES.service, created.id, inputs, news, state);
      inputs = news;
      return state;
    };
    return { id: created.id, state, plan, up, forced };
  }

  function serviceWith(patch: Properties): Properties {
    return given({ ...goodService(world), name: "it", ...patch });
  }

  describe("of its capacity provider strategy", () => {
    it("fail to plan without a forced deployment", async () => {
      const { plan } = await deployed({ launchType: undefined, ...strategy(1) });
      const without = { launchType: undefined };
      assert.equal(await rejection(plan({ ...without, ...strategy(2) })), REFUSAL);
      assert.equal(await rejection(plan(without)), REFUSAL);
      assert.equal(await rejection(plan({ launchType: "FARGATE" })), REFUSAL);
      const same = [{ weight: 1, capacityProvider: "FARGATE", base: 0 }];
      const { diff } = await plan({ ...without, capacityProviderStrategies: same });
      assert.equal(diff.changes, false);
    });

    it("are in place with one, even from a launch type, and replace the service on the way back", async () => {
      const { plan, up } = await deployed();
      assert.equal(await rejection(plan({ launchType: undefined, ...strategy(1) })), REFUSAL);
      const forceNewDeployment = true;
      const next = { launchType: undefined, ...strategy(1), forceNewDeployment };
      assert.equal((await up(next)).launchType, "");
      assert.deepEqual((await plan({ ...next, ...strategy(2) })).diff.replaces, []);
      const back = await plan({ launchType: "FARGATE", forceNewDeployment });
      assert.deepEqual(back.diff.replaces, ["launchType"]);
    });

    it("override a launch type that the program keeps, which then replaces the service", async () => {
      const { plan, up } = await deployed();
      const next = { launchType: "FARGATE", ...strategy(1), forceNewDeployment: true };
      assert.equal((await up(next)).launchType, "");
      assert.deepEqual((await plan(next)).diff.replaces, ["launchType"]);
    });

    it("see no change between no strategy and an empty one", async () => {
      const { plan } = await deployed();
      assert.equal((await plan({ capacityProviderStrategies: [] })).diff.changes, false);
    });
  });

  // resourceServiceCreate and resourceServiceUpdate send d.Get("desired_count"): 0 if there is none.
  it("set the count to 0 if the program gives none, or no longer does", async () => {
    const { id, state, up } = await deployed({ desiredCount: undefined });
    assert.equal(state.desiredCount, 0);
    assert.equal((await up({ desiredCount: 2 })).desiredCount, 2);
    const without = { desiredCount: undefined };
    assert.equal((await up(without)).desiredCount, 0);
    assert.equal(account.get(TYPES.service, id)?.outputs.desiredCount, 0);
  });

  // resourceServiceRead: ECS reports no launch type while a strategy applies, the service's or the cluster's.
  it("use the cluster's default strategy if they have neither strategy nor launch type", async () => {
    const launchType = undefined;
    await account.modify(TYPES.clusterCapacityProviders, "handson", {
      defaultCapacityProviderStrategies: [{ capacityProvider: "FARGATE_SPOT", weight: 1 }],
    });
    const { plan, state } = await deployed({ launchType });
    assert.deepEqual(
      [state.launchType, state.platformVersion, state.capacityProviderStrategies],
      ["", "LATEST", undefined],
    );
    assert.equal((await plan({ launchType })).diff.changes, false);
    const fargate = await plan({ launchType: "FARGATE" });
    assert.deepEqual(fargate.diff.replaces, ["launchType"]);
  });

  describe("with forceNewDeployment", () => {
    it("each start a new deployment while it is set", async () => {
      const { forced, up } = await deployed({ forceNewDeployment: true });
      assert.equal(forced(), undefined);
      const state = await up({ forceNewDeployment: true, desiredCount: 2 });
      assert.equal(forced(), 1);
      assert.ok(!("forcedDeployments" in state));
      await up({ forceNewDeployment: true, desiredCount: 2 });
      assert.equal(forced(), 1);
      await up({ forceNewDeployment: true, desiredCount: 2, tags: { a: "1" } });
      assert.equal(forced(), 1);
      await up({ desiredCount: 3, tags: { a: "1" } });
      assert.equal(forced(), 1);
    });

    it("start none when somebody else changes the service", async () => {
      const { forced, id } = await deployed({ forceNewDeployment: true });
      await account.modify(TYPES.service, id, { desiredCount: 3 });
      assert.equal(forced(), undefined);
    });
  });

  describe("of its triggers", () => {
    it("are ignored without a forced deployment", async () => {
      const triggers = { image: "1" };
      const { plan, state, up } = await deployed({ triggers });
      assert.deepEqual(state.triggers, {});
      assert.equal((await plan({ triggers: { image: "2" } })).diff.changes, false);
      const forced = await up({ triggers, forceNewDeployment: true });
      assert.deepEqual(forced.triggers, triggers);
      const next = await plan({ triggers: { image: "2" }, forceNewDeployment: true });
      assert.deepEqual(next.diff.detailed, ["triggers.image"]);
      const gone = await plan({ forceNewDeployment: true });
      assert.equal(gone.diff.changes, false);
    });
  });

  describe("of its deployment controller", () => {
    const codeDeploy = { deploymentController: { type: "CODE_DEPLOY" } };

    it("are in place, both ways", async () => {
      const { plan, up } = await deployed();
      assert.equal((await plan({ deploymentController: { type: "ECS" } })).diff.changes, false);
      const state = await up(codeDeploy);
      assert.deepEqual(state.deploymentController, codeDeploy.deploymentController);
      assert.deepEqual((await plan({})).diff.replaces, []);
      await up({ deploymentController: { type: "ECS" } });
    });

    const refused: [string, () => Properties, string][] = [
      [
        "networkConfiguration",
        () => ({ networkConfiguration: { subnets: [world.subnetA.id] } }),
        "Unable to update network parameters",
      ],
      ["taskDefinition", () => ({ taskDefinition: "handson" }), "Unable to update task definition"],
      [
        "platformVersion",
        () => ({ platformVersion: "1.4.0" }),
        "Unable to update platform version",
      ],
      ["loadBalancers", () => otherBalancer(), "Unable to update load balancers"],
      [
        "desiredCount with a forced deployment",
        () => ({ desiredCount: 2, forceNewDeployment: true }),
        "Cannot force a new deployment",
      ],
    ];

    function otherBalancer(): Properties {
      const { targetGroup } = world;
      const balancer = { targetGroupArn: targetGroup.id, containerName: "nginx" };
      return { loadBalancers: [{ ...balancer, containerPort: 8080 }] };
    }

    for (const [what, patch, error] of refused) {
      it(`leave ${what} to CodeDeploy`, async () => {
        const { up } = await deployed(codeDeploy);
        assert.equal(
          await rejection(up({ ...codeDeploy, ...patch() })),
          `InvalidParameterException: ${error} ${BY_CODE_DEPLOY}`,
        );
      });
    }

    it("allow changes of the count and the percentages", async () => {
      const { up } = await deployed(codeDeploy);
      const state = await up({ ...codeDeploy, desiredCount: 3, deploymentMaximumPercent: 150 });
      assert.equal(state.desiredCount, 3);
    });
  });

  describe("of a daemon", () => {
    const daemon = { schedulingStrategy: "DAEMON", launchType: "EC2" };
    let base: Properties;

    beforeEach(async () => {
      account = served.account;
      for (const { type, id } of [...account.list()].reverse()) await account.delete(type, id);
      const ec2 = await createEc2World(account);
      base = {
        ...ec2ServiceInputs(ec2),
        capacityProviderStrategies: undefined,
        desiredCount: undefined,
        loadBalancers: undefined,
        ...daemon,
      };
    });

    it("send only percentages that are given, and ECS uses 0 and 100 without", async () => {
      const { plan, state, up } = await deployed(base);
      assert.equal(state.deploymentMinimumHealthyPercent, 0);
      assert.equal(state.deploymentMaximumPercent, 100);
      assert.equal((await plan({ ...base, desiredCount: 3 })).diff.changes, false);
      const half = await up({ ...base, deploymentMinimumHealthyPercent: 50 });
      assert.equal(half.deploymentMinimumHealthyPercent, 50);
      // Left out, it is the provider's default: no change.
      assert.equal((await plan(base)).diff.changes, false);
      const named = await up({ ...base, enableExecuteCommand: false, propagateTags: "SERVICE" });
      assert.equal(named.deploymentMinimumHealthyPercent, 50);
    });
  });

  it("keep waitForSteadyState in the state", async () => {
    const { state, up } = await deployed({ waitForSteadyState: true });
    assert.equal(state.waitForSteadyState, true);
    assert.equal((await up({})).waitForSteadyState, false);
  });

  // terraform-plugin-sdk, helper/schema/resource.go, Resource.Apply: an update that fails saves the state as
  // planned; pulumi, pkg/engine/update.go, OnResourceStepPost: the engine keeps the previous inputs.
  it("see nothing to do after a rollback, until a refresh shows it", async () => {
    const { inputs, properties, id } = await created();
    const wanted = await create(account, "taskDefinition", FARGATE_TASK);
    const news = { ...inputs, taskDefinition: wanted.outputs.arn };
    served.settle = async () => {
      await account.modify(TYPES.service, id, { taskDefinition: inputs.taskDefinition });
      throw new Error("rolled back");
    };
    await assert.rejects(engine.update(TYPES.service, id, inputs, news, properties), /rolled back/);
    served.settle = () => Promise.resolve();

    const planned = { ...properties, taskDefinition: news.taskDefinition };
    assert.equal((await engine.diff(TYPES.service, inputs, news, [], planned)).changes, false);
    await engine.update(TYPES.service, id, inputs, news, planned);
    const runs = account.get(TYPES.service, id)?.outputs;
    assert.equal(runs?.taskDefinition, inputs.taskDefinition);

    const read = await engine.read(TYPES.service, id, news);
    const seen = await engine.diff(TYPES.service, read.inputs, news, [], read.properties);
    assert.deepEqual(seen.detailed, ["taskDefinition"]);
  });

  // pulumi-terraform-bridge, pkg/tfbridge/provider.go, Update: it plans again with the request's IgnoreChanges.
  it("leave alone what the program ignores, although the state has what others changed", async () => {
    const { inputs, id } = await created();
    const { outputs: pushed } = await create(account, "taskDefinition", FARGATE_TASK);
    await account.modify(TYPES.service, id, { taskDefinition: pushed.arn });
    const { properties: state } = await engine.read(TYPES.service, id, inputs);
    assert.equal(state.taskDefinition, pushed.arn);
    const news = { ...inputs, desiredCount: 3 };
    const runs = () => account.get(TYPES.service, id)?.outputs;
    await engine.update(TYPES.service, id, inputs, news, state, ["taskDefinition"]);
    assert.deepEqual([runs()?.taskDefinition, runs()?.desiredCount], [pushed.arn, 3]);
    await engine.update(TYPES.service, id, inputs, news, state);
    assert.equal(runs()?.taskDefinition, inputs.taskDefinition);
  });

  async function created() {
    const { inputs } = await engine.check(TYPES.service, serviceWith({}));
    return { inputs, ...(await engine.create(TYPES.service, inputs)) };
  }
});
