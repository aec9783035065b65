import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { allow, createServiceRole, policyDocument } from "../shared/iamPolicies";
import { type PolicyStatement, statementOf } from "../shared/policyStatement";
import { type Transform, transformed } from "../shared/transform";
import type { Sidecar } from "./containerArgs";
import { type SecretSource, secretsPolicy } from "./taskSecrets";

/** An image that the agent pulls. */
export interface PulledImage {
  /** Pulling it is allowed if it is in a private ECR repository. */
  image: pulumi.Input<string>;
  /** ARN of that repository, needed if the image is not plain text. */
  repositoryArn?: pulumi.Input<string>;
}

/** Overrides for the arguments of each resource of a task's two roles. */
export interface TaskRolesTransform {
  executionRole?: Transform<aws.iam.RoleArgs>;
  /** `…-execution-logs`, and if there is something to read `…-execution-pull` and `…-execution-secrets`. */
  executionRolePolicy?: Transform<aws.iam.RolePolicyArgs>;
  taskRole?: Transform<aws.iam.RoleArgs>;
  /** `…-task-exec` of `executeCommand`, if there is one, and `…-task-policies` of `taskPolicies`. */
  taskRolePolicy?: Transform<aws.iam.RolePolicyArgs>;
  /** One for each of `taskPolicyArns`. */
  taskRolePolicyAttachment?: Transform<aws.iam.RolePolicyAttachmentArgs>;
}

export interface TaskRolesArgs extends PulledImage {
  /** Base names of the roles, e.g. `handson-execution` and `handson-task`. */
  executionRoleName: string;
  taskRoleName: string;
  /** Region of the tasks. */
  region: string;
  /** Additional containers, whose images are pulled too. */
  sidecars: readonly Sidecar[];
  /** ARN of the log group that the task writes to. */
  logGroupArn: pulumi.Input<string>;
  /** Secrets of the containers, which the agent may read. */
  secretSources: readonly SecretSource[];
  /** Whether `aws ecs execute-command` may open a shell in the task. */
  executeCommand: boolean;
  /** Permissions of the code, and additional policies of the task role. */
  taskPolicies: readonly PolicyStatement[];
  taskPolicyArns: Readonly<Record<string, pulumi.Input<string>>>;
  /** Overrides for the roles and their policies. */
  transform?: TaskRolesTransform;
}

export interface TaskRoles {
  /** Used by the ECS agent on behalf of the task: to pull the image, read its secrets, write the logs. */
  executionRole: aws.iam.Role;
  /** Used by the code in the containers. */
  taskRole: aws.iam.Role;
  /** The roles' policies: a service must not start before they exist, nor lose them before it stops. */
  policies: pulumi.Resource[];
}

/**
 * The two roles of a task. They are separate because the application does not need the agent's permissions (pull, log),
 * and vice versa.
 *
 * Source: Amazon ECS developer guide, "Task execution IAM role", "Task IAM role" and "ECS Exec". The permissions are
 * those parts of AmazonECSTaskExecutionRolePolicy that this task needs.
 */
export function createTaskRoles(name: string, args: TaskRolesArgs, parent: pulumi.Resource) {
  const { transform } = args;
  const service = "ecs-tasks.amazonaws.com";
  // #region roles
  const executionRole = createServiceRole(
    `${name}-execution`,
    { base: args.executionRoleName, service, transform: transform?.executionRole },
    parent,
  );
  // A cluster cannot be named here: the narrowest scope that AWS supports is the account's ECS in the region.
  const taskRole = createServiceRole(
    `${name}-task`,
    {
      base: args.taskRoleName,
      service,
      source: { service: "ecs", region: args.region, resource: "*" },
      transform: transform?.taskRole,
    },
    parent,
  );
  // #endregion
  const attach = (
    suffix: string,
    role: aws.iam.Role,
    policy: pulumi.Input<string>,
    last = role === taskRole ? transform?.taskRolePolicy : transform?.executionRolePolicy,
  ) =>
    new aws.iam.RolePolicy(
      `${name}-${suffix}`,
      transformed(`${name}-${suffix}`, { role: role.id, policy }, last),
      { parent },
    );

  const policies: pulumi.Resource[] = [
    attach(
      "execution-logs",
      executionRole,
      policyDocument([
        allow(
          ["logs:CreateLogStream", "logs:PutLogEvents"],
          pulumi.interpolate`${args.logGroupArn}:*`,
        ),
      ]),
    ),
  ];
  const repositories = repositoriesOf([args, ...args.sidecars]);
  if (repositories.length > 0) {
    policies.push(attach("execution-pull", executionRole, pullPolicy(repositories)));
  }
  if (args.secretSources.length > 0) {
    policies.push(attach("execution-secrets", executionRole, secretsPolicy(args.secretSources)));
  }
  if (args.executeCommand) policies.push(attach("task-exec", taskRole, execPolicy()));
  if (args.taskPolicies.length > 0) {
    const statements = args.taskPolicies.map(statementOf);
    policies.push(attach("task-policies", taskRole, policyDocument(statements)));
  }
  for (const [key, policyArn] of Object.entries(args.taskPolicyArns)) {
    policies.push(
      new aws.iam.RolePolicyAttachment(
        `${name}-task-${key}`,
        transformed(
          `${name}-task-${key}`,
          { role: taskRole.name, policyArn },
          transform?.taskRolePolicyAttachment,
        ),
        { parent },
      ),
    );
  }
  return { executionRole, taskRole, policies } satisfies TaskRoles;
}

/** The four actions of ECS Exec; AWS defines no resources to limit them to. */
const execPolicy = () =>
  policyDocument([
    allow(
      [
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
      ],
      "*",
    ),
  ]);

/** Allows pulling from these repositories; only the login token is for the account, not for a repository. */
// #region pull-policy
const pullPolicy = ([first = "", ...others]: pulumi.Input<string>[]) =>
  policyDocument([
    allow("ecr:GetAuthorizationToken", "*"),
    allow(
      ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      others.length === 0 ? first : [first, ...others],
    ),
  ]);
// #endregion

/** The private repositories of the images, each once as far as known. */
function repositoriesOf(images: readonly PulledImage[]): pulumi.Input<string>[] {
  const arns = images.flatMap(
    ({ image, repositoryArn }) => repositoryArn ?? privateRepositoryArn(image) ?? [],
  );
  return [...new Set(arns)];
}

/** ARN of the private ECR repository of an image, or nothing if the image is not known to be in one. */
function privateRepositoryArn(image: pulumi.Input<string>): string | undefined {
  if (typeof image !== "string") return undefined;
  const match = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com\/([^:@]+)/.exec(image);
  if (!match) return undefined;
  const [, account = "", region = "", repository = ""] = match;
  return `arn:aws:ecr:${region}:${account}:repository/${repository}`;
}
