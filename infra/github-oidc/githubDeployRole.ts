import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { policyDocument, type Statement } from "../../components/shared/iamPolicies";
import { physicalName } from "../../components/shared/names";
import { rejectProblems } from "../../components/shared/problems";
import { sharePolicies } from "./permissions";

/** The issuer of the tokens that GitHub gives to workflow runs. */
export const githubIssuer = "token.actions.githubusercontent.com";

export interface GithubDeployRoleArgs {
  /** Base of the role's name; the stack's name is appended. */
  name: string;
  /** ARN of the account's identity provider for GitHub. */
  providerArn: pulumi.Input<string>;
  /**
   * Repository whose runs may assume the role, as GitHub's tokens name it: `<owner>/<name>`, or
   * `<owner>@<id>/<name>@<id>` if it was created, renamed or moved since July 2026.
   */
  repository: string;
  /** The repository's environments in which a run may assume the role; their rules say who must approve it first. */
  environments: readonly string[];
  /** What the role may do; distributed over managed policies. */
  statements: readonly Statement[];
}

/**
 * A role for the workflows of one repository in some of its environments, without stored keys: a run presents GitHub's
 * token and gets credentials for an hour.
 *
 * Source: GitHub Docs, "Configuring OpenID Connect in Amazon Web Services"; GitHub changelog of 23 April 2026, "Immutable
 * subject claims for GitHub Actions OIDC tokens"; IAM user guide, "Create a role for OpenID Connect federation".
 *
 * @throws pulumi.ResourceError if the repository's or an environment's name is invalid.
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
    sharePolicies(args.statements).forEach((statements, i) => {
      const part = `${name}-${String(i + 1)}`;
      const policy = new aws.iam.Policy(
        part,
        {
          name: physicalName("policy", `${args.name}-${String(i + 1)}`, stack),
          policy: policyDocument(statements),
        },
        { parent: this },
      );
      new aws.iam.RolePolicyAttachment(
        part,
        { role: role.name, policyArn: policy.arn },
        { parent: this },
      );
    });
    this.roleArn = role.arn;
    this.registerOutputs({ roleArn: this.roleArn });
  }
}

/** Lets runs of one repository in these environments assume the role. All conditions are equalities, without wildcards. */
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

/** Tokens have ids for both names or for neither. */
function repositoryProblem(repository: string): string | undefined {
  const owner = "[A-Za-z\\d][A-Za-z\\d-]*";
  const forms = [`${owner}/[\\w.-]+`, `${owner}@\\d+/[\\w.-]+@\\d+`];
  if (forms.some((form) => new RegExp(`^${form}$`).test(repository))) return undefined;
  return `repository "${repository}" must be <owner>/<name> or <owner>@<id>/<name>@<id>, without wildcards`;
}

function environmentProblem(environment: string): string | undefined {
  if (/^[\w-]{1,255}$/.test(environment)) return undefined;
  return `environment "${environment}" must be letters, digits, hyphens and underscores`;
}
