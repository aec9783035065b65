import assert from "node:assert/strict";

import { Account } from "../../../../lab/account/account";
import type { Properties } from "../../../../lab/account/resourceType";
import { create, rejection, TYPES } from "../fixtures";
import { itRefuses, type Malformed, type Refused } from "./cases";
import { createPipelineWorld, type PipelineWorld } from "./pipelineWorld";

const NO_LISTENER =
  "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:listener/app/none/0/0";

function group(w: PipelineWorld, patch: Properties = {}): Properties {
  return {
    appName: "web",
    deploymentGroupName: "web",
    deploymentConfigName: "CodeDeployDefault.ECSAllAtOnce",
    serviceRoleArn: w.pipelineRole.outputs.arn,
    deploymentStyle: {
      deploymentType: "BLUE_GREEN",
      deploymentOption: "WITH_TRAFFIC_CONTROL",
    },
    ecsService: { clusterName: "handson", serviceName: "handson" },
    loadBalancerInfo: {
      targetGroupPairInfo: {
        prodTrafficRoute: { listenerArns: [w.listener.id] },
        targetGroups: [{ name: "web" }, { name: "green" }],
      },
    },
    ...patch,
  };
}

function pair(w: PipelineWorld, names: readonly string[], listener = w.listener.id): Properties {
  return group(w, {
    loadBalancerInfo: {
      targetGroupPairInfo: {
        prodTrafficRoute: { listenerArns: [listener] },
        targetGroups: names.map((name) => ({ name })),
      },
    },
  });
}

/** What the API refuses, with AWS's errors. */
const REFUSED: readonly Refused<PipelineWorld>[] = [
  [
    "an application name that is taken",
    "application",
    () => ({ name: "web", computePlatform: "ECS" }),
    /^ApplicationAlreadyExistsException: /,
  ],
  [
    "an application for servers",
    "application",
    () => ({ name: "servers" }),
    /^InvalidComputePlatformException: /,
  ],
  [
    "a deployment group of an unknown application",
    "deploymentGroup",
    (w) => group(w, { appName: "none" }),
    /^ApplicationDoesNotExistException: No application found for name: none$/,
  ],
  [
    "a deployment group with a role that CodeDeploy cannot assume",
    "deploymentGroup",
    (w) => group(w, { serviceRoleArn: w.role.outputs.arn }),
    /^InvalidRoleException: .*role\/task/,
  ],
  [
    "an in-place deployment of ECS",
    "deploymentGroup",
    (w) => group(w, { deploymentStyle: undefined }),
    /^InvalidDeploymentStyleException: /,
  ],
  [
    "an unknown deployment configuration",
    "deploymentGroup",
    (w) => group(w, { deploymentConfigName: "CodeDeployDefault.ECSFast" }),
    /^DeploymentConfigDoesNotExistException: .*CodeDeployDefault\.ECSFast$/,
  ],
  [
    "a deployment configuration for servers",
    "deploymentGroup",
    (w) => group(w, { deploymentConfigName: undefined }),
    /^InvalidDeploymentConfigNameException: .*CodeDeployDefault\.OneAtATime/,
  ],
  [
    "a deployment group without a service",
    "deploymentGroup",
    (w) => group(w, { ecsService: undefined }),
    /^InvalidECSServiceException: /,
  ],
  [
    "a deployment group of an unknown service",
    "deploymentGroup",
    (w) => group(w, { ecsService: { clusterName: "handson", serviceName: "none" } }),
    /^InvalidECSServiceException: The ECS service none cannot be found\.$/,
  ],
  [
    "a deployment group of a service that ECS deploys",
    "deploymentGroup",
    (w) => group(w),
    /^InvalidECSServiceException: .*must be configured for a CODE_DEPLOY deployment controller\.$/,
  ],
  [
    "a deployment group without a load balancer",
    "deploymentGroup",
    (w) => group(w, { loadBalancerInfo: undefined }),
    /^InvalidLoadBalancerInfoException: /,
  ],
  [
    "a deployment group with the same target group twice",
    "deploymentGroup",
    (w) => pair(w, ["web", "web"]),
    /^InvalidTargetGroupPairException: Target group web is given twice\.$/,
  ],
  [
    "a deployment group with an unknown target group",
    "deploymentGroup",
    (w) => pair(w, ["web", "none"]),
    /^InvalidTargetGroupPairException: Target group none could not be found\.$/,
  ],
  [
    "a deployment group with an unknown listener",
    "deploymentGroup",
    (w) => pair(w, ["web", "green"], NO_LISTENER),
    /^InvalidTrafficRouteException: Listener .*none\/0\/0 could not be found\.$/,
  ],
];

/** What the provider refuses before it asks the API: the inputs, and where they are wrong. */
const MALFORMED: readonly Malformed[] = [
  [
    "one target group instead of two",
    "deploymentGroup",
    {
      appName: "web",
      deploymentGroupName: "web",
      serviceRoleArn: "arn:aws:iam::123456789012:role/x",
      loadBalancerInfo: {
        targetGroupPairInfo: {
          prodTrafficRoute: { listenerArns: [NO_LISTENER] },
          targetGroups: [{ name: "web" }],
        },
      },
    },
    ["loadBalancerInfo.targetGroupPairInfo.targetGroups"],
  ],
];

describe("the account's CodeDeploy applications", () => {
  let account: Account;
  let world: PipelineWorld;

  beforeEach(async () => {
    account = Account.inMemory();
    world = await createPipelineWorld(account);
  });

  itRefuses(() => ({ account, world }), { refused: REFUSED, malformed: MALFORMED });

  describe("with a service that CodeDeploy deploys", () => {
    beforeEach(async () => {
      await account.delete(TYPES.service, world.service.id);
      const { inputs } = world.service;
      await create(account, "service", {
        ...inputs,
        deploymentController: { type: "CODE_DEPLOY" },
      });
    });

    it("accept its deployment group, and delete it with the application", async () => {
      const { outputs } = await create(account, "deploymentGroup", group(world));
      assert.equal(
        outputs.arn,
        "arn:aws:codedeploy:ap-northeast-1:123456789012:deploymentgroup:web/web",
      );
      assert.equal(outputs.computePlatform, "ECS");
      const [application] = account.list(TYPES.application);
      await account.delete(TYPES.application, application?.id ?? "");
      assert.deepEqual(account.list(TYPES.deploymentGroup), []);
    });

    it("refuse a second group with the same name or service", async () => {
      await create(account, "deploymentGroup", group(world));
      assert.match(
        await rejection(create(account, "deploymentGroup", group(world))),
        /^DeploymentGroupAlreadyExistsException: Deployment group name already exists: web$/,
      );
      const other = group(world, { deploymentGroupName: "other" });
      assert.match(
        await rejection(create(account, "deploymentGroup", other)),
        /^ECSServiceMappingLimitExceededException: /,
      );
    });
  });
});
