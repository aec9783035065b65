import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import type { DeployTarget } from "./deployTarget";
import type { EcsServiceParts } from "./ecsService";
import type { ServiceCommands } from "./serviceNames";

/** Outputs of every service, whatever it runs on. */
export abstract class ServiceComponent extends pulumi.ComponentResource {
  /** Physical name of the service. */
  readonly serviceName: pulumi.Output<string>;
  /** ARN of its listener rule, whose target group ECS or CodeDeploy may choose; undefined without a listener. */
  readonly listenerRuleArn: pulumi.Output<string> | undefined;
  /** ARN of the service's own target group, which has its first tasks; undefined without a listener. */
  readonly targetGroupArn: pulumi.Output<string> | undefined;
  /** The role that the code in the containers uses, e.g. to attach policies that depend on later resources. */
  readonly taskRole: aws.iam.Role;
  /** Id of the tasks' security group, for other groups to let them in. */
  readonly securityGroupId: pulumi.Output<string>;
  /** Name of the log group that the containers write to. */
  readonly logGroupName: pulumi.Output<string>;
  /** What a pipeline must know about the service to deploy it. */
  readonly deployTarget: DeployTarget;
  /** Command lines of the AWS CLI, ready to paste: a shell in a task, its logs, the service's state. */
  readonly commands: ServiceCommands;

  /**
   * @param type of the component.
   * @param create creates the service's resources as the component's children.
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
