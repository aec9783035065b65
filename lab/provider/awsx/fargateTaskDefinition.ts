import * as aws from "@pulumi/aws";
import type { ecs } from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";

import { smallestFargateSize } from "./fargateSize";
import { shortHash } from "./names";
import { containerDefinitions, containersOf, loadBalancersOf } from "./taskContainers";
import { logGroupOf, roleOf } from "./taskDefaults";

type Args = ecs.FargateTaskDefinitionArgs;

/**
 * Stands in for the component `awsx.ecs.FargateTaskDefinition`: the same children under the same
 * names, with the same defaults (pulumi-awsx, awsx/ecs/fargateTaskDefinition.ts).
 */
export class FargateTaskDefinition extends pulumi.ComponentResource {
  readonly taskDefinition: aws.ecs.TaskDefinition;
  /** For a service that runs it: the target groups that port mappings name. */
  readonly loadBalancers: pulumi.Output<aws.types.input.ecs.ServiceLoadBalancer[]>;
  private readonly logGroup: aws.cloudwatch.LogGroup | undefined;
  private readonly taskRole: aws.iam.Role | undefined;
  private readonly executionRole: aws.iam.Role | undefined;

  /** @throws Error if arguments exclude each other. */
  constructor(
    name: string,
    inputs: Record<string, unknown>,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("awsx:ecs:FargateTaskDefinition", name, {}, opts);
    const { container, containers, executionRole, logGroup, taskRole, ...args } = inputs as Args;
    const all = containersOf({ container, containers });
    const logs = logGroupOf(name, logGroup, this);
    const ofTask = roleOf(name, "task", taskRole, this);
    const ofExecution = roleOf(name, "execution", executionRole, this);
    this.logGroup = logs.logGroup;
    this.taskRole = ofTask.role;
    this.executionRole = ofExecution.role;
    this.loadBalancers = loadBalancersOf(all);

    const definitions = containerDefinitions(all, logs.id);
    const size = definitions.apply((known) => smallestFargateSize(known));
    const text = definitions.apply((known) => JSON.stringify(known));
    const ownFamily = text.apply((known) => `${name}-${shortHash(pulumi.getStack() + known)}`);
    this.taskDefinition = new aws.ecs.TaskDefinition(
      name,
      {
        ...args,
        cpu: args.cpu ?? size.cpu,
        memory: args.memory ?? size.memory,
        requiresCompatibilities: ["FARGATE"],
        networkMode: "awsvpc",
        taskRoleArn: ofTask.arn,
        executionRoleArn: ofExecution.arn,
        family: pulumi.all([args.family, ownFamily]).apply(([given, own]) => given ?? own),
        containerDefinitions: text,
      },
      { parent: this },
    );
    this.registerOutputs(this.outputs());
  }

  /** The component's outputs, as `awsx.ecs.FargateTaskDefinition` has them. */
  outputs(): pulumi.Inputs {
    const { executionRole, loadBalancers, logGroup, taskDefinition, taskRole } = this;
    return { executionRole, loadBalancers, logGroup, taskDefinition, taskRole };
  }
}
