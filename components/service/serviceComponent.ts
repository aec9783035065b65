import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import type { DeployTarget } from "./deployTarget";
import type { EcsServiceParts } from "./ecsService";
import type { ServiceCommands } from "./serviceNames";

/** What every service tells, whatever it runs on. */
export abstract class ServiceComponent extends pulumi.ComponentResource {
  /** Physical name of the service. */
  readonly serviceName: pulumi.Output<string>;
  /** ARN of its listener rule, whose target groups ECS or CodeDeploy may choose; undefined without a listener. */
  readonly listenerRuleArn: pulumi.Output<string> | undefined;
  /** ARN of the service's own target group, which has its first tasks; undefined without a listener. */
  readonly targetGroupArn: pulumi.Output<string> | undefined;
  /** What the code in the containers runs as: for policies that the arguments could not have. */
  readonly taskRole: aws.iam.Role;
  /** Id of the tasks' security group, for whoever lets them in. */
  readonly securityGroupId: pulumi.Output<string>;
  /** Name of the log group that the containers write to. */
  readonly logGroupName: pulumi.Output<string>;
  /** What a pipeline must know of the service to deploy it. */
  readonly deployTarget: DeployTarget;
  /** Command lines of the AWS CLI, ready to paste: a shell in a task, its logs, the service's state. */
  readonly commands: ServiceCommands;

  /**
   * @param type of the component.
   * @param create makes what the service consists of, as the component's children.
   */
  protected constructor(
    type: string,
    name: string,
    opts: pulumi.ComponentResourceOptions | undefined,
    create: (parent: pulumi.ComponentResource) => EcsServiceParts,
  ) {
    super(type, name, {}, opts);
    const parts = create(this);
    this.serviceName = parts.service.name;
    this.listenerRuleArn = parts.requestPath?.listenerRule.arn;
    this.targetGroupArn = parts.requestPath?.targetGroup.arn;
    this.taskRole = parts.taskRole;
    this.securityGroupId = parts.securityGroup.id;
    this.logGroupName = parts.logGroup.name;
    this.deployTarget = parts.deployTarget;
    this.commands = parts.commands;
  }
}
