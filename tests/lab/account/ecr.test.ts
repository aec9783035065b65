import assert from "node:assert/strict";

import { Account } from "../../../lab/account/account";
import type { Properties } from "../../../lab/account/resourceType";
import { create, problemPaths, rejection, TYPES, type TypeName } from "./fixtures";

const URL = "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com";

function rule(selection: Properties, patch: Properties = {}): Properties {
  return { rulePriority: 1, selection, action: { type: "expire" }, ...patch };
}

const COUNT = { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 3 };
const AGE = {
  tagStatus: "untagged",
  countType: "sinceImagePushed",
  countUnit: "days",
  countNumber: 14,
};

function lifecycle(...rules: Properties[]): Properties {
  return { repository: "web/nginx", policy: JSON.stringify({ rules }) };
}

function permission(statement: Properties): Properties {
  const policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  return { repository: "web/nginx", policy };
}

const PULL = { Effect: "Allow", Principal: "*", Action: "ecr:BatchGetImage" };

const INVALID_LIFECYCLE = /^InvalidParameterException: .*Lifecycle policy validation failure: /;

const REFUSED: readonly [string, TypeName, Properties, RegExp][] = [
  [
    "a repository name that is taken",
    "repository",
    { name: "web/nginx" },
    /^RepositoryAlreadyExistsException: .*'web\/nginx' already exists.*'123456789012'$/,
  ],
  [
    "a KMS key with AES256 encryption",
    "repository",
    {
      name: "other",
      encryptionConfigurations: [{ kmsKey: "arn:aws:kms:ap-northeast-1:123456789012:key/1" }],
    },
    /^InvalidParameterException: KMS key cannot be specified with encryption type AES256$/,
  ],
  [
    "a lifecycle policy for an unknown repository",
    "lifecyclePolicy",
    { ...lifecycle(rule(COUNT)), repository: "none" },
    /^RepositoryNotFoundException: .*'none' does not exist/,
  ],
  [
    "a lifecycle policy that is not JSON",
    "lifecyclePolicy",
    { repository: "web/nginx", policy: "{" },
    INVALID_LIFECYCLE,
  ],
  ["a lifecycle policy without rules", "lifecyclePolicy", lifecycle(), INVALID_LIFECYCLE],
  [
    "a misspelt property of a rule",
    "lifecyclePolicy",
    lifecycle(rule({ ...COUNT, countUnits: "days" })),
    INVALID_LIFECYCLE,
  ],
  [
    "the same priority twice",
    "lifecyclePolicy",
    lifecycle(rule(AGE), rule(COUNT)),
    /rulePriority 1 is used more than once'$/,
  ],
  [
    "a rule for any image before the last rule",
    "lifecyclePolicy",
    lifecycle(rule(COUNT), rule(AGE, { rulePriority: 2 })),
    /rule 1: tagStatus any must have the highest rulePriority'$/,
  ],
  [
    "a rule for tagged images without tags",
    "lifecyclePolicy",
    lifecycle(rule({ ...COUNT, tagStatus: "tagged" })),
    /rule 1: tagStatus tagged needs either tagPatternList or tagPrefixList'$/,
  ],
  [
    "a rule for untagged images with tags",
    "lifecyclePolicy",
    lifecycle(rule({ ...AGE, tagPrefixList: ["v"] })),
    /rule 1: tagStatus untagged does not allow a list of tags'$/,
  ],
  [
    "an age without a unit",
    "lifecyclePolicy",
    lifecycle(rule({ tagStatus: "any", countType: "sinceImagePushed", countNumber: 14 })),
    /rule 1: countUnit is required with countType sinceImagePushed/,
  ],
  [
    "a count in days",
    "lifecyclePolicy",
    lifecycle(rule({ ...COUNT, countUnit: "days" })),
    /rule 1: countUnit is required with countType sinceImagePushed/,
  ],
  [
    "permissions on an unknown repository",
    "repositoryPolicy",
    { ...permission(PULL), repository: "none" },
    /^RepositoryNotFoundException: /,
  ],
  [
    "permissions without a principal",
    "repositoryPolicy",
    permission({ Effect: "Allow", Action: "ecr:BatchGetImage" }),
    /^InvalidParameterException: .*Invalid repository policy provided.*Principal/,
  ],
  [
    "permissions with a resource",
    "repositoryPolicy",
    permission({ ...PULL, Resource: "*" }),
    /^InvalidParameterException: .*Invalid repository policy provided.*Resource/,
  ],
];

const MALFORMED: readonly [string, Properties, readonly string[]][] = [
  ["capitals in a name", { name: "Web" }, ["name"]],
  ["a name that ends in a dash", { name: "web-" }, ["name"]],
  [
    "missing exclusions",
    { imageTagMutability: "IMMUTABLE_WITH_EXCLUSION" },
    ["imageTagMutabilityExclusionFilters"],
  ],
  [
    "exclusions that do not apply",
    {
      imageTagMutability: "IMMUTABLE",
      imageTagMutabilityExclusionFilters: [{ filter: "build", filterType: "WILDCARD" }],
    },
    ["imageTagMutabilityExclusionFilters"],
  ],
  [
    "too many wildcards",
    {
      imageTagMutability: "MUTABLE_WITH_EXCLUSION",
      imageTagMutabilityExclusionFilters: [{ filter: "a*b*c*", filterType: "WILDCARD" }],
    },
    ["imageTagMutabilityExclusionFilters[0].filter"],
  ],
  [
    "encryption that ECR does not have",
    { encryptionConfigurations: [{ encryptionType: "none" }] },
    ["encryptionConfigurations[0].encryptionType"],
  ],
];

describe("the account's ECR", () => {
  let account: Account;

  beforeEach(async () => {
    account = Account.inMemory();
    await create(account, "repository", { name: "web/nginx" });
  });

  for (const [title, name, inputs, error] of REFUSED) {
    it(`refuses ${title}, as AWS does`, async () => {
      assert.match(await rejection(create(account, name, inputs)), error);
    });
  }

  for (const [title, inputs, paths] of MALFORMED) {
    it(`reports ${title}`, () => {
      assert.deepEqual(problemPaths("repository", inputs), paths);
    });
  }

  it("gives a repository the address that images are pushed to", async () => {
    const { outputs } = await create(account, "repository", {
      name: "other",
      imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
      imageTagMutabilityExclusionFilters: [{ filter: "build*", filterType: "WILDCARD" }],
      encryptionConfigurations: [{}],
      imageScanningConfiguration: { scanOnPush: true },
      forceDelete: true,
    });
    assert.equal(outputs.repositoryUrl, `${URL}/other`);
    assert.equal(outputs.arn, "arn:aws:ecr:ap-northeast-1:123456789012:repository/other");
    assert.deepEqual(outputs.encryptionConfigurations, [{ encryptionType: "AES256" }]);
  });

  it("accepts lifecycle rules by age, by tags and by number", async () => {
    await create(
      account,
      "lifecyclePolicy",
      lifecycle(
        rule(AGE),
        rule({ ...COUNT, tagStatus: "tagged", tagPrefixList: ["v"] }, { rulePriority: 2 }),
        rule(COUNT, { rulePriority: 3, description: "the last three stay" }),
      ),
    );
    assert.equal(
      account.get(TYPES.lifecyclePolicy, "web/nginx")?.outputs.registryId,
      "123456789012",
    );
  });

  it("deletes a repository's policies with it", async () => {
    await create(account, "lifecyclePolicy", lifecycle(rule(COUNT)));
    await create(account, "repositoryPolicy", permission(PULL));
    await account.delete(TYPES.repository, "web/nginx");
    assert.deepEqual(account.list(), []);
  });
});
