import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { createServiceRole } from "../shared/iamPolicies";
import { type Secrets, secretsPolicy } from "./taskSecrets";

export interface TaskRolesArgs {
  /** Bases of the roles' physical names, e.g. `handson-execution` and `handson-task`. */
  executionRoleName: string;
  taskRoleName: string;
  /** Region of the tasks. */
  region: string;
  /** Image of the container; if it is in a private ECR repository, the pull is allowed from there. */
  image: pulumi.Input<string>;
  /** ARN of that repository, needed where the image is not known as plain text. */
  repositoryArn?: pulumi.Input<string>;
  /** ARN of the log group that the task writes to. */
  logGroupArn: pulumi.Input<string>;
  /** What the containers get as secret variables, and the agent therefore may read. */
  secrets: Secrets;
  /** Whether `aws ecs execute-command` may open a shell in the task. */
  executeCommand: boolean;
}

export interface TaskRoles {
  /** What the ECS agent does for the task before it runs: pull the image, read its secrets, write the logs. */
  executionRole: aws.iam.Role;
  /** What the code in the containers may do. */
  taskRole: aws.iam.Role;
  /** The roles' policies: a service must not start before them, nor lose them before it stops. */
  policies: aws.iam.RolePolicy[];
}

/**
 * The two roles of a task. They are two because the agent's permissions (pull, log) are none of the
 * application's business, and the other way round.
 *
 * Source: Amazon ECS developer guide, "Task execution IAM role", "Task IAM role" and "ECS Exec". The
 * permissions are the least of AmazonECSTaskExecutionRolePolicy that this task needs.
 */
export function createTaskRoles(name: string, args: TaskRolesArgs, parent: pulumi.Resource) {
  const service = "ecs-tasks.amazonaws.com";
  const executionRole = createServiceRole(
    `${name}-execution`,
    { base: args.executionRoleName, service },
    parent,
  );
  // A cluster cannot be named here: the least that AWS takes is the account's ECS in the region.
  const taskRole = createServiceRole(
    `${name}-task`,
    {
      base: args.taskRoleName,
      service,
      source: { service: "ecs", region: args.region, resource: "*" },
    },
    parent,
  );
  const attach = (suffix: string, role: aws.iam.Role, policy: pulumi.Input<string>) =>
    new aws.iam.RolePolicy(`${name}-${suffix}`, { role: role.id, policy }, { parent });

  const policies = [
    attach(
      "execution-logs",
      executionRole,
      pulumi.jsonStringify(
        policyDocument(
          ["logs:CreateLogStream", "logs:PutLogEvents"],
          pulumi.interpolate`${args.logGroupArn}:*`,
        ),
      ),
    ),
  ];
  const repositoryArn = args.repositoryArn ?? privateRepositoryArn(args.image);
  if (repositoryArn !== undefined) {
    policies.push(
      attach("execution-pull", executionRole, pulumi.jsonStringify(pullPolicy(repositoryArn))),
    );
  }
  if (Object.keys(args.secrets).length > 0) {
    policies.push(attach("execution-secrets", executionRole, secretsPolicy(args.secrets)));
  }
  if (args.executeCommand) {
    policies.push(attach("task-exec", taskRole, JSON.stringify(execPolicy)));
  }
  return { executionRole, taskRole, policies } satisfies TaskRoles;
}

const policyDocument = (actions: string[], resource: pulumi.Input<string>) => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: actions, Resource: resource }],
});

/** The four actions of ECS Exec; AWS defines no resources for them to be limited to. */
const execPolicy = policyDocument(
  [
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
  ],
  "*",
);

/** Pulling from one repository; the login token alone is an account's, not a repository's. */
const pullPolicy = (repositoryArn: pulumi.Input<string>) => ({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
    {
      Effect: "Allow",
      Action: [
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:GetDownloadUrlForLayer",
      ],
      Resource: repositoryArn,
    },
  ],
});

/** ARN of the private ECR repository of an image, or nothing if the image is not known to be in one. */
function privateRepositoryArn(image: pulumi.Input<string>): string | undefined {
  if (typeof image !== "string") return undefined;
  const match = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com\/([^:@]+)/.exec(image);
  if (!match) return undefined;
  const [, account = "", region = "", repository = ""] = match;
  return `arn:aws:ecr:${region}:${account}:repository/${repository}`;
}
