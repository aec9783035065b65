import type { GetRepositoryInput, ListRepositoriesInput } from "@aws-sdk/client-codecommit";

import type { ResourceRecord } from "../../account/record";
import { CODECOMMIT_REPOSITORY } from "../../delivery/pipeline/repositories";
import { ApiError } from "../apiError";
import { clients } from "../clients";
import { pageOf } from "../paging";
import { defined, recordsOf } from "../records";
import type { Api, ApiService, Operation } from "../service";

const MOST_LISTED = 1000;

const operations: Record<string, Operation> = {
  ListRepositories: ({ nextToken: token }: ListRepositoriesInput, api: Api) => {
    const { items, nextToken } = pageOf(recordsOf(api, CODECOMMIT_REPOSITORY), {
      token,
      most: MOST_LISTED,
      invalidCode: "InvalidContinuationTokenException",
    });
    return {
      repositories: items.map(({ id, outputs }) => ({
        repositoryName: id,
        repositoryId: outputs.repositoryId,
      })),
      ...(nextToken === undefined ? {} : { nextToken }),
    };
  },

  GetRepository: ({ repositoryName = "" }: GetRepositoryInput, api: Api) => ({
    repositoryMetadata: describe(api, mustHave(api, repositoryName)),
  }),

  GetBranch: (input: { repositoryName?: string; branchName?: string }, api: Api) => {
    const { repositoryName = "", branchName = "" } = input;
    mustHave(api, repositoryName);
    const commitId = branchesOf(api, repositoryName)[branchName];
    if (commitId === undefined) {
      throw new ApiError("BranchDoesNotExistException", `Branch ${branchName} does not exist`);
    }
    return { branch: { branchName, commitId } };
  },

  ListBranches: (input: { repositoryName?: string; nextToken?: string }, api: Api) => {
    const { nextToken: token, repositoryName = "" } = input;
    mustHave(api, repositoryName);
    const { items, nextToken } = pageOf(Object.keys(branchesOf(api, repositoryName)), {
      token,
      most: MOST_LISTED,
      invalidCode: "InvalidContinuationTokenException",
    });
    return { branches: items, ...(nextToken === undefined ? {} : { nextToken }) };
  },
};

export const codecommit: ApiService = {
  title: "AWS CodeCommit",
  signingName: "codecommit",
  protocol: "json",
  target: "CodeCommit_20150413",
  invalidCode: "RepositoryNameRequiredException",
  model: clients.codeCommit,
  operations,
  refused: { ListRepositories: ["sortBy", "order"] },
};

function mustHave(api: Api, name: string): ResourceRecord {
  const found = recordsOf(api, CODECOMMIT_REPOSITORY).find(({ id }) => id === name);
  if (found !== undefined) return found;
  throw new ApiError("RepositoryDoesNotExistException", `${name} does not exist`);
}

const branchesOf = ({ delivery }: Api, name: string): Readonly<Record<string, string>> =>
  delivery.status().repositories.find((one) => one.name === name)?.branches ?? {};

function describe(api: Api, { id, outputs }: ResourceRecord): object {
  const served = api.delivery.status().repositories.find(({ name }) => name === id);
  const [defaultBranch] = Object.keys(branchesOf(api, id));
  return defined({
    accountId: api.account.accountId,
    repositoryId: outputs.repositoryId,
    repositoryName: id,
    repositoryDescription: outputs.description,
    defaultBranch,
    // The actual address; AWS's address would not work here.
    cloneUrlHttp: served?.cloneUrl ?? outputs.cloneUrlHttp,
    cloneUrlSsh: outputs.cloneUrlSsh,
    Arn: outputs.arn,
    kmsKeyId: outputs.kmsKeyId,
  });
}
