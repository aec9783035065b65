import type {
  AttachRolePolicyRequest,
  CreateRoleRequest,
  ListRolesRequest,
  PutRolePolicyRequest,
} from "@aws-sdk/client-iam";

import type { ResourceRecord } from "../../account/record";
import { ROLE, ROLE_POLICY, ROLE_POLICY_ATTACHMENT } from "../../account/types/iam";
import { lastPart } from "../../shared/lastPart";
import { ApiError } from "../apiError";
import { clients } from "../clients";
import { pageOf } from "../paging";
import {
  createRecord,
  modifyRecord,
  recordsOf,
  refuseOthers,
  tagMap,
  tagsOf,
  textOf,
} from "../records";
import type { Api, ApiService, Operation } from "../service";

const INVALID = "ValidationError";
const MOST_LISTED = 1000;

interface Named {
  readonly RoleName?: string;
}

interface Page {
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

/** A page of a list; `next` can be put into the response unchanged. */
function page<T>(all: readonly T[], { Marker: token, MaxItems: size }: Page) {
  const request = { token, size, most: MOST_LISTED, invalidCode: INVALID };
  const { items, nextToken } = pageOf(all, request);
  const marker = nextToken === undefined ? {} : { Marker: nextToken };
  return { items, next: { IsTruncated: nextToken !== undefined, ...marker } };
}

const operations: Record<string, Operation> = {
  ListRoles: ({ PathPrefix = "/", ...input }: ListRolesRequest, api: Api) => {
    const found = recordsOf(api, ROLE).filter((one) =>
      (textOf(one, "path") ?? "/").startsWith(PathPrefix),
    );
    const { items, next } = page(found, input);
    return { Roles: items.map(describeRole), ...next };
  },

  GetRole: ({ RoleName }: Named, api: Api) => {
    const record = mustHaveRole(api, RoleName);
    return { Role: { ...describeRole(record), Tags: tagsOf(record) } };
  },

  CreateRole: async (input: CreateRoleRequest, api: Api) => {
    const names = ["RoleName", "AssumeRolePolicyDocument", "Path", "Description", "Tags"];
    refuseOthers("CreateRole", input, [...names, "MaxSessionDuration"], INVALID);
    const record = await createRecord(
      api,
      ROLE,
      {
        name: input.RoleName,
        assumeRolePolicy: input.AssumeRolePolicyDocument,
        path: input.Path,
        description: input.Description,
        maxSessionDuration: input.MaxSessionDuration,
        tags: tagMap(input.Tags),
      },
      INVALID,
    );
    return { Role: describeRole(record) };
  },

  DeleteRole: async ({ RoleName }: Named, api: Api) => {
    await api.account.delete(ROLE, mustHaveRole(api, RoleName).id);
    return {};
  },

  AttachRolePolicy: async ({ RoleName, PolicyArn }: AttachRolePolicyRequest, api: Api) => {
    const role = mustHaveRole(api, RoleName).id;
    const isAttached = attachmentsOf(api, role).some((one) => one.inputs.policyArn === PolicyArn);
    const inputs = { role, policyArn: PolicyArn };
    if (!isAttached) await createRecord(api, ROLE_POLICY_ATTACHMENT, inputs, INVALID);
    return {};
  },

  DetachRolePolicy: async ({ RoleName, PolicyArn }: AttachRolePolicyRequest, api: Api) => {
    const role = mustHaveRole(api, RoleName).id;
    const found = attachmentsOf(api, role).find((one) => one.inputs.policyArn === PolicyArn);
    if (found === undefined) throw noSuchEntity(`Policy ${PolicyArn ?? ""} was not found.`);
    await api.account.delete(ROLE_POLICY_ATTACHMENT, found.id);
    return {};
  },

  ListAttachedRolePolicies: (input: Named & Page, api: Api) => {
    const found = attachmentsOf(api, mustHaveRole(api, input.RoleName).id);
    const { items, next } = page(found, input);
    return {
      AttachedPolicies: items.map(({ inputs }) => ({
        PolicyArn: inputs.policyArn,
        PolicyName: lastPart(String(inputs.policyArn)),
      })),
      ...next,
    };
  },

  PutRolePolicy: async (input: PutRolePolicyRequest, api: Api) => {
    const role = mustHaveRole(api, input.RoleName).id;
    const { PolicyName: name, PolicyDocument: policy } = input;
    const known = policiesOf(api, role).find(({ inputs }) => inputs.name === name);
    if (known === undefined) await createRecord(api, ROLE_POLICY, { role, name, policy }, INVALID);
    else await modifyRecord(api, known, { policy }, { invalidCode: INVALID });
    return {};
  },

  DeleteRolePolicy: async (input: Named & { PolicyName?: string }, api: Api) => {
    const role = mustHaveRole(api, input.RoleName).id;
    const name = input.PolicyName ?? "";
    const found = policiesOf(api, role).find(({ outputs }) => outputs.name === name);
    if (found === undefined) {
      throw noSuchEntity(`The role policy with name ${name} cannot be found.`);
    }
    await api.account.delete(ROLE_POLICY, found.id);
    return {};
  },

  ListRolePolicies: (input: Named & Page, api: Api) => {
    const found = policiesOf(api, mustHaveRole(api, input.RoleName).id);
    const { items, next } = page(found, input);
    return { PolicyNames: items.map(({ outputs }) => outputs.name), ...next };
  },
};

export const iam: ApiService = {
  title: "IAM",
  signingName: "iam",
  protocol: "query",
  xmlNamespace: "https://iam.amazonaws.com/doc/2010-05-08/",
  invalidCode: INVALID,
  model: clients.iam,
  operations,
  refused: { ListAttachedRolePolicies: ["PathPrefix"] },
};

const noSuchEntity = (message: string) => new ApiError("NoSuchEntity", message, 404);

function mustHaveRole(api: Api, name = ""): ResourceRecord {
  const found = recordsOf(api, ROLE).find(({ id }) => id === name);
  if (found !== undefined) return found;
  throw noSuchEntity(`The role with name ${name} cannot be found.`);
}

const attachmentsOf = (api: Api, role: string): ResourceRecord[] =>
  recordsOf(api, ROLE_POLICY_ATTACHMENT).filter(({ inputs }) => inputs.role === role);

const policiesOf = (api: Api, role: string): ResourceRecord[] =>
  recordsOf(api, ROLE_POLICY).filter(({ inputs }) => inputs.role === role);

function describeRole({ id, outputs }: ResourceRecord): object {
  return {
    Path: outputs.path ?? "/",
    RoleName: id,
    RoleId: outputs.uniqueId,
    Arn: outputs.arn,
    CreateDate: new Date(String(outputs.createDate)),
    // IAM returns documents URL-encoded.
    AssumeRolePolicyDocument: encodeURIComponent(String(outputs.assumeRolePolicy)),
    ...(typeof outputs.description === "string" ? { Description: outputs.description } : {}),
    MaxSessionDuration: outputs.maxSessionDuration,
  };
}
