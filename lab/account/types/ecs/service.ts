import { resourceType } from "../../resourceType";
import { hasStrategy, isFargateStrategy, strategyMeaning, strategyOf } from "./capacityStrategy";
import { checkDeploymentStrategy, completeDeployment } from "./deployment";
import { clientException, invalidParameter, mustHaveCluster, servicesOf } from "./lookups";
import { checkPlacement } from "./placement";
import { checkDeployment, checkLaunch, checkLoadBalancers, checkNetwork } from "./serviceChecks";
import { checkServiceConnect } from "./serviceConnect";
import { serviceInputs } from "./serviceInputs";
import { daemonPercentages, suppressedChanges, updateByStack } from "./serviceUpdate";
import { findTaskDefinition } from "./taskDefinition";
import { SERVICE } from "./tokens";

export const service = resourceType({
  token: SERVICE,
  inputs: serviceInputs,
  autoNameMaxLength: 255,
  immutable: ["cluster", "iamRole", "launchType", "name", "region", "schedulingStrategy"],
  absent: {
    capacityProviderStrategies: [],
    deploymentController: { type: "ECS" },
    desiredCount: 0,
  },
  comparedToState: ["launchType", "taskDefinition", "triggers"],
  suppressed: suppressedChanges,
  refusePlan: (isChanged, { forceNewDeployment }) =>
    isChanged("capacityProviderStrategies") && forceNewDeployment !== true
      ? "force_new_deployment should be true when capacity_provider_strategy is being updated"
      : undefined,
  meaning: { capacityProviderStrategies: strategyMeaning },
  sets: ["capacityProviderStrategies", "loadBalancers", "placementConstraints"],
  computed: [
    "arn",
    "availabilityZoneRebalancing",
    "cluster",
    "deploymentConfiguration",
    "iamRole",
    "launchType",
    "name",
    "platformVersion",
    "triggers",
  ],
  validate(context, inputs, before) {
    const owner = mustHaveCluster(context, inputs.cluster ?? "default");
    const clash = servicesOf(context, owner).find(
      ({ id, outputs }) => outputs.name === inputs.name && id !== before?.id,
    );
    if (clash) throw invalidParameter("Creation of service was not idempotent.");
    if (inputs.taskDefinition === undefined) {
      throw invalidParameter("TaskDefinition cannot be blank.");
    }
    const definition = findTaskDefinition(context, inputs.taskDefinition);
    if (!definition) {
      // A service may keep a deregistered revision as long as its task definition is unchanged.
      if (before?.inputs.taskDefinition === inputs.taskDefinition) return;
      throw clientException("Unable to describe task definition.");
    }
    // UpdateService has no launch type: a new strategy replaces the launch type.
    const launched = before && hasStrategy(inputs) ? { ...inputs, launchType: undefined } : inputs;
    const items = strategyOf(context, owner, launched);
    const isFargate = launched.launchType === "FARGATE" || isFargateStrategy(items);
    checkLaunch(context, launched, owner, definition, items);
    checkPlacement(inputs, items, isFargate);
    checkNetwork(context, inputs, definition, isFargate);
    checkLoadBalancers(context, inputs, definition);
    checkServiceConnect(context, inputs.serviceConnectConfiguration, {
      cluster: owner,
      definition,
      before,
    });
    checkDeployment(inputs, definition);
    checkDeploymentStrategy(context, inputs);
  },
  create(context, inputs) {
    const owner = mustHaveCluster(context, inputs.cluster ?? "default");
    const name = inputs.name ?? "";
    const serviceArn = context.arn("ecs", `service/${String(owner.outputs.name)}/${name}`);
    const items = strategyOf(context, owner, inputs);
    return {
      id: serviceArn,
      outputs: {
        arn: serviceArn,
        availabilityZoneRebalancing:
          inputs.schedulingStrategy === "REPLICA" ? "ENABLED" : "DISABLED",
        cluster: owner.id,
        deploymentConfiguration: completeDeployment(inputs),
        desiredCount: 0,
        iamRole: `/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS`,
        launchType: items.length === 0 ? "EC2" : "",
        name,
        platformVersion:
          inputs.launchType === "FARGATE" || isFargateStrategy(items) ? "LATEST" : "",
        triggers: {},
      },
    };
  },
  complete: (inputs, _context, before) => ({
    deploymentConfiguration: completeDeployment(inputs),
    ...(hasStrategy(inputs) && { launchType: "" }),
    ...(inputs.schedulingStrategy === "DAEMON" && daemonPercentages(inputs, before)),
  }),
  update(context, inputs, before) {
    // The provider sends 0 if no count is given.
    const isDaemon = inputs.schedulingStrategy === "DAEMON";
    const count = { desiredCount: isDaemon ? before.outputs.desiredCount : 0 };
    const hadStrategy = ((before.inputs.capacityProviderStrategies ?? []) as unknown[]).length > 0;
    if (hasStrategy(inputs) || !hadStrategy) return count;
    // Without its own strategy, it has its cluster's, or the launch type.
    const owner = mustHaveCluster(context, inputs.cluster ?? "default");
    return { ...count, launchType: strategyOf(context, owner, inputs).length === 0 ? "EC2" : "" };
  },
  internal: ["forcedDeployments"],
  updateByStack,
  drain: ({ inputs, outputs }) =>
    inputs.schedulingStrategy === "REPLICA" && Number(outputs.desiredCount) > 0
      ? { desiredCount: 0 }
      : undefined,
});
