import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { parseNameList } from "../../components/shared/nameList";
import { GithubDeployRole, githubIssuer } from "./githubDeployRole";
import { deployPolicies, previewPolicies, type Scope } from "./permissions";

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

// The account may have one provider for an issuer, which other repositories then share.
const providerArn =
  existing === "none"
    ? new aws.iam.OpenIdConnectProvider(
        "github",
        { url: `https://${githubIssuer}`, clientIdLists: ["sts.amazonaws.com"] },
        { provider },
      ).arn
    : existing;

const scope: Scope = {
  region,
  account: aws.getCallerIdentityOutput({}, { provider }).accountId,
  stacks: parseNameList(config.require("stacks")) as string[],
  stateBucket: config.require("stateBucket"),
  secretsKeyArn: config.require("secretsKeyArn"),
};

const roleFor = (name: string, environments: string[], policies: typeof deployPolicies) =>
  new GithubDeployRole(
    name,
    { name: `github-${name}`, providerArn, repository, environments, policies: policies(scope) },
    options,
  ).roleArn;

export const previewRoleArn = roleFor("preview", ["preview"], previewPolicies);
// A schedule cannot wait for anybody, so what has expired is destroyed in an environment of its own.
export const deployRoleArn = roleFor("deploy", ["deploy", "cleanup"], deployPolicies);
