import * as aws from "@pulumi/aws";
import type { ecs } from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";

import { refuseTwo } from "./args";
import { defaultVpcOf, openToAll } from "./defaultVpc";
import { FargateTaskDefinition } from "./fargateTaskDefinition";

type Args = ecs.FargateServiceArgs;

/**
 * Stands in for the component `awsx.ecs.FargateService`: the same children under the same names, with
 * the same defaults (pulumi-awsx, awsx/ecs/fargateService.ts).
 */
export class FargateService extends pulumi.ComponentResource {
  private readonly service: aws.ecs.Service;
  private readonly taskDefinition: aws.ecs.TaskDefinition | undefined;

  /** @throws Error if arguments exclude each other. */
  constructor(
    name: string,
    inputs: Record<string, unknown>,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("awsx:ecs:FargateService", name, {}, opts);
    const {
      assignPublicIp,
      continueBeforeSteadyState,
      taskDefinition,
      taskDefinitionArgs,
      useClusterDefaultCapacityProviderStrategy: useClusterDefault,
      ...args
    } = inputs as Args;
    const { capacityProviderStrategies, networkConfiguration } = args;
    refuseTwo({ taskDefinition, taskDefinitionArgs });
    refuseTwo({ networkConfiguration, assignPublicIp });
    refuseTwo({
      capacityProviderStrategies,
      useClusterDefaultCapacityProviderStrategy: useClusterDefault === true || undefined,
    });
    const made =
      taskDefinitionArgs &&
      new FargateTaskDefinition(name, { ...taskDefinitionArgs }, { parent: this });
    this.taskDefinition = made?.taskDefinition;
    const reference = taskDefinition ?? made?.taskDefinition.arn;
    if (reference === undefined) {
      throw new Error("Either `taskDefinition` or `taskDefinitionArgs` must be provided.");
    }
    const isByStrategy = capacityProviderStrategies !== undefined || useClusterDefault === true;
    this.service = new aws.ecs.Service(
      name,
      {
        desiredCount: 1,
        ...args,
        networkConfiguration: networkConfiguration ?? this.placement(name, assignPublicIp),
        launchType: isByStrategy ? undefined : "FARGATE",
        loadBalancers: args.loadBalancers ?? made?.loadBalancers,
        waitForSteadyState: pulumi.output(continueBeforeSteadyState).apply((isSoon) => !isSoon),
        taskDefinition: reference,
      },
      { parent: this },
    );
    this.registerOutputs(this.outputs());
  }

  /** The component's outputs, as `awsx.ecs.FargateService` has them. */
  outputs(): pulumi.Inputs {
    const { service, taskDefinition } = this;
    return { service, taskDefinition };
  }

  /** Where tasks run by default: in the default VPC, open to all. */
  private placement(
    name: string,
    assignPublicIp: Args["assignPublicIp"],
  ): aws.types.input.ecs.ServiceNetworkConfiguration {
    const vpc = defaultVpcOf(this);
    const group = new aws.ec2.SecurityGroup(`${name}-sg`, openToAll(vpc.vpcId), { parent: this });
    const isPublic = pulumi.output(assignPublicIp).apply((given) => given ?? false);
    return {
      assignPublicIp: isPublic,
      securityGroups: [group.id],
      subnets: pulumi
        .all([isPublic, vpc])
        .apply(([wanted, { publicSubnetIds, privateSubnetIds }]) => {
          if (wanted) return publicSubnetIds;
          if (privateSubnetIds.length > 0) return privateSubnetIds;
          throw new Error(
            "The default VPC does not have any private subnets. Set `assignPublicIp` to `true`, provide " +
              "`networkConfiguration`, or add private subnets to the default VPC.",
          );
        }),
    };
  }
}
