import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { policyDocument, type Statement } from "../../components/shared/iamPolicies";
import { physicalName } from "../../components/shared/names";
import { rejectProblems } from "../../components/shared/problems";

/** Who says of a workflow's run that it is one: the issuer of GitHub's tokens. */
export const githubIssuer = "token.actions.githubusercontent.com";

/** What a role may do, by the names of its policies. */
export type Policies = Readonly<Record<string, Statement[]>>;

export interface GithubDeployRoleArgs {
  /** Base of the role's name, to which the stack is added. */
  name: string;
  /** ARN of the account's identity provider for GitHub. */
  providerArn: pulumi.Input<string>;
  /** Repository whose runs may take the role, `<owner>/<name>`. */
  repository: string;
  /** Environments of the repository, one of which a run must be in; their rules say who has to agree first. */
  environments: readonly string[];
  /** What the role may do: a managed policy each, of at most 6,144 characters. */
  policies: Policies;
}

/**
 * A role for the workflows of one repository in some of its environments, without stored keys: a run shows GitHub's
 * token and gets credentials for an hour.
 *
 * Source: GitHub Docs, "Configuring OpenID Connect in Amazon Web Services"; IAM user guide, "Create a role for OpenID
 * Connect federation".
 *
 * @throws pulumi.ResourceError if the repository or an environment has no such name.
 */
export class GithubDeployRole extends pulumi.ComponentResource {
  readonly roleArn: pulumi.Output<string>;

  constructor(name: string, args: GithubDeployRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ecs-handson:github:GithubDeployRole", name, {}, opts);
    rejectProblems(this, [
      repositoryProblem(args.repository),
      ...args.environments.map(environmentProblem),
    ]);
    const stack = pulumi.getStack();
    const role = new aws.iam.Role(
      `${name}-role`,
      {
        name: physicalName("role", args.name, stack),
        description: `Workflows of ${args.repository} in ${args.environments.join(", ")}`,
        assumeRolePolicy: trustPolicy(args),
      },
      { parent: this },
    );
    for (const [part, statements] of Object.entries(args.policies)) {
      const policy = new aws.iam.Policy(
        `${name}-${part}`,
        {
          name: physicalName("policy", `${args.name}-${part}`, stack),
          policy: policyDocument(statements),
        },
        { parent: this },
      );
      new aws.iam.RolePolicyAttachment(
        `${name}-${part}`,
        { role: role.name, policyArn: policy.arn },
        { parent: this },
      );
    }
    this.roleArn = role.arn;
    this.registerOutputs({ roleArn: this.roleArn });
  }
}

/** Lets runs of one repository in these environments take the role: all conditions are equalities, with no wildcard. */
function trustPolicy({ providerArn, repository, environments }: GithubDeployRoleArgs) {
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: "sts:AssumeRoleWithWebIdentity",
        Principal: { Federated: providerArn },
        Condition: {
          StringEquals: {
            [`${githubIssuer}:aud`]: "sts.amazonaws.com",
            [`${githubIssuer}:sub`]: environments.map(
              (environment) => `repo:${repository}:environment:${environment}`,
            ),
          },
        },
      },
    ],
  });
}

function repositoryProblem(repository: string): string | undefined {
  if (/^[A-Za-z\d][A-Za-z\d-]*\/[\w.-]+$/.test(repository)) return undefined;
  return `repository "${repository}" must be <owner>/<name>, without wildcards`;
}

function environmentProblem(environment: string): string | undefined {
  if (/^[\w-]{1,255}$/.test(environment)) return undefined;
  return `environment "${environment}" must be letters, digits, hyphens and underscores`;
}
