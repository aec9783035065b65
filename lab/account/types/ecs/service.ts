import { resourceType } from "../../resourceType";
import { isFargateStrategy, strategyOf } from "./capacityStrategy";
import { checkDeploymentStrategy, completeDeployment } from "./deployment";
import { clientException, invalidParameter, mustHaveCluster, servicesOf } from "./lookups";
import { checkPlacement } from "./placement";
import { checkDeployment, checkLaunch, checkLoadBalancers, checkNetwork } from "./serviceChecks";
import { checkServiceConnect } from "./serviceConnect";
import { serviceInputs } from "./serviceInputs";
import { findTaskDefinition } from "./taskDefinition";
import { SERVICE } from "./tokens";

export const service = resourceType({
  token: SERVICE,
  inputs: serviceInputs,
  autoNameMaxLength: 255,
  immutable: [
    "cluster",
    "deploymentController",
    "iamRole",
    "launchType",
    "name",
    "region",
    "schedulingStrategy",
  ],
  immutableWhen(olds, news) {
    // The provider changes a strategy in place only as a new deployment, and never from or to none.
    const had = olds.capacityProviderStrategies !== undefined;
    const has = news.capacityProviderStrategies !== undefined;
    const isInPlace = news.forceNewDeployment === true && had && has;
    return isInPlace ? [] : ["capacityProviderStrategies"];
  },
  sets: ["capacityProviderStrategies", "loadBalancers", "placementConstraints"],
  computed: [
    "arn",
    "availabilityZoneRebalancing",
    "cluster",
    "deploymentConfiguration",
    "desiredCount",
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
    if (!definition) throw clientException("Unable to describe task definition.");
    const items = strategyOf(context, owner, inputs);
    const isFargate = inputs.launchType === "FARGATE" || isFargateStrategy(items);
    checkLaunch(context, inputs, owner, definition, isFargate);
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
  complete: (inputs) => ({ deploymentConfiguration: completeDeployment(inputs) }),
  drain: ({ inputs, outputs }) =>
    inputs.schedulingStrategy === "REPLICA" && Number(outputs.desiredCount) > 0
      ? { desiredCount: 0 }
      : undefined,
});
