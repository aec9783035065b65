import rule from "../../../policies/rules/codepipeline-no-oauth-token-source";
import { type TestResource, unknown } from "../harness";
import type { Cases } from "./case";

const pipeline = (...actions: unknown[]): TestResource[] => [
  {
    type: "aws:codepipeline/pipeline:Pipeline",
    props: {
      stages: [
        { name: "Source", actions },
        { name: "Build", actions: [] },
      ],
    },
  },
];
const codeCommit = {
  name: "source",
  owner: "AWS",
  provider: "CodeCommit",
  configuration: { RepositoryName: unknown },
};

export default {
  rule,
  pass: {
    CodeCommit: pipeline(codeCommit),
    "a connection": pipeline({
      ...codeCommit,
      provider: "CodeStarSourceConnection",
      configuration: { ConnectionArn: unknown },
    }),
  },
  fail: {
    "GitHub's old provider": [
      /action hub reaches GitHub/,
      pipeline({ name: "hub", owner: "ThirdParty", provider: "GitHub" }),
    ],
    "GitHub's old provider, second": [
      /action hub reaches GitHub/,
      pipeline(codeCommit, { name: "hub", owner: "ThirdParty", provider: "GitHub" }),
    ],
    "a token that is not known yet": [
      /action hub reaches GitHub/,
      pipeline({ name: "hub", owner: "Custom", configuration: { OAuthToken: unknown } }),
    ],
  },
  unknown: {
    "the stages": [{ type: "aws:codepipeline/pipeline:Pipeline", props: { stages: unknown } }],
    "an action": pipeline(unknown),
    "the provider": pipeline({ ...codeCommit, provider: unknown }),
    "the owner": pipeline({ ...codeCommit, owner: unknown }),
    "the configuration": pipeline({ ...codeCommit, configuration: unknown }),
  },
  other: { type: "aws:codepipeline/webhook:Webhook", props: { stages: unknown } },
} satisfies Cases;
