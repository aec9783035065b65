import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { parseNameList } from "../../components/shared/nameList";
import { GithubDeployRole, githubIssuer } from "./githubDeployRole";
import { deployStatements, previewStatements, type Scope } from "./permissions";

const config = new pulumi.Config();
const stack = pulumi.getStack();
const project = pulumi.getProject();
const region = new pulumi.Config("aws").require("region");
const repository = config.require("repository");
const existing = config.require("existingProviderArn");

const provider = new aws.Provider("aws", {
  region: region as aws.Region,
  defaultTags: { tags: { project, stack, learner: repository } },
});
const options = { providers: [provider] };

// An account can have only one provider for an issuer, which all repositories share.
const providerArn =
  existing === "none"
    ? new aws.iam.OpenIdConnectProvider(
        "github",
        { url: `https://${githubIssuer}`, clientIdLists: ["sts.amazonaws.com"] },
        { provider },
      ).arn
    : existing;

export = createRoles();

async function createRoles() {
  const scope: Scope = {
    region,
    account: (await aws.getCallerIdentity({}, { provider })).accountId,
    stacks: parseNameList(config.require("stacks")) as string[],
    stateBucket: config.require("stateBucket"),
    secretsKeyArn: config.require("secretsKeyArn"),
  };
  const roleFor = (name: string, environments: string[], statementsOf: typeof deployStatements) =>
    new GithubDeployRole(
      name,
      {
        name: `github-${name}`,
        providerArn,
        repository,
        environments,
        statements: statementsOf(scope),
      },
      options,
    ).roleArn;
  return {
    previewRoleArn: roleFor("preview", ["preview"], previewStatements),
    // A scheduled run cannot wait for approval, so expired stacks are destroyed in a separate environment.
    deployRoleArn: roleFor("deploy", ["deploy", "cleanup"], deployStatements),
  };
}
