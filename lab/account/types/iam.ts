import type { iam } from "@pulumi/aws";
import { z } from "zod";

import { AwsError } from "../errors";
import { checkPolicyDocument, trusts } from "../policyDocument";
import type { ResourceRecord } from "../record";
import { resourceType, type AccountContext } from "../resourceType";
import { arn, exclusive, inputsOf, mustExist, nameOf, prefixOf, tags, text } from "./shared";

export const ROLE = "aws:iam/role:Role";
export const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";
const POLICY = "aws:iam/policy:Policy";
export const INSTANCE_PROFILE = "aws:iam/instanceProfile:InstanceProfile";
const OIDC_PROVIDER = "aws:iam/openIdConnectProvider:OpenIdConnectProvider";
export const ROLE_POLICY_ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";

/** AWS managed policies that this account has: those that ECS stacks use, by path and name. */
const AWS_MANAGED_POLICIES = new Set([
  "AmazonEC2ContainerRegistryPowerUser",
  "AmazonEC2ContainerRegistryPullOnly",
  "AmazonEC2ContainerRegistryReadOnly",
  "AmazonECSInfrastructureRolePolicyForLoadBalancers",
  "AmazonECSInfrastructureRolePolicyForManagedInstances",
  "AmazonECSInstanceRolePolicyForManagedInstances",
  "AmazonECS_FullAccess",
  "AmazonS3ReadOnlyAccess",
  "AmazonSSMManagedInstanceCore",
  "AmazonSSMReadOnlyAccess",
  "AWSCodeDeployRoleForECS",
  "AWSXRayDaemonWriteAccess",
  "CloudWatchAgentServerPolicy",
  "CloudWatchLogsFullAccess",
  "ReadOnlyAccess",
  "service-role/AmazonEC2ContainerServiceAutoscaleRole",
  "service-role/AmazonEC2ContainerServiceEventsRole",
  "service-role/AmazonEC2ContainerServiceRole",
  "service-role/AmazonEC2ContainerServiceforEC2Role",
  "service-role/AmazonECSInfrastructureRolePolicyForVolumes",
  "service-role/AmazonECSInfrastructureRoleforExpressGatewayServices",
  "service-role/AmazonECSTaskExecutionRolePolicy",
]);

/** IAM User Guide, "IAM and AWS STS quotas": managed policies attached to a role. */
const POLICIES_PER_ROLE = 10;

/** Names of IAM: letters, digits and `_+=,.@-`. */
function iamName(maxLength: number) {
  return z
    .string()
    .min(1)
    .max(maxLength)
    .regex(/^[\w+=,.@-]+$/, "may only contain letters, digits and _ + = , . @ -");
}

const path = z
  .string()
  .max(512)
  .regex(/^\/([\x21-\x7e]*\/)?$/, "must begin and end with a slash");

const rolePolicyName = iamName(128);

const role = resourceType({
  token: ROLE,
  inputs: inputsOf<iam.RoleArgs>()({
    assumeRolePolicy: z.string(),
    description: z.string().max(1000).optional(),
    forceDetachPolicies: z.boolean().default(false),
    inlinePolicies: z
      .array(z.strictObject({ name: rolePolicyName.optional(), policy: text }))
      .optional(),
    managedPolicyArns: z.array(arn).optional(),
    maxSessionDuration: z.int().min(3600).max(43200).default(3600),
    name: iamName(64).optional(),
    namePrefix: iamName(38).optional(),
    path: path.default("/"),
    permissionsBoundary: arn.optional(),
    tags,
  }),
  autoNameMaxLength: 64,
  immutable: ["name", "namePrefix", "path"],
  sets: ["inlinePolicies", "managedPolicyArns"],
  documents: ["assumeRolePolicy"],
  computed: [
    "arn",
    "createDate",
    "inlinePolicies",
    "managedPolicyArns",
    "name",
    "namePrefix",
    "uniqueId",
  ],
  rules: [exclusive("name", "namePrefix")],
  validate(context, inputs, before) {
    checkPolicyDocument(inputs.assumeRolePolicy, "trust");
    for (const { policy } of inputs.inlinePolicies ?? []) {
      if (policy !== undefined) checkPolicyDocument(policy, "identity");
    }
    for (const policyArn of inputs.managedPolicyArns ?? []) mustHavePolicy(context, policyArn);
    if (!before && inputs.name !== undefined && context.get(ROLE, inputs.name)) {
      throw new AwsError("EntityAlreadyExists", `Role with name ${inputs.name} already exists.`);
    }
  },
  create(context, inputs) {
    const name = nameOf(context, inputs);
    return {
      id: name,
      outputs: {
        arn: context.arn("iam", `role${inputs.path}${name}`),
        createDate: now(),
        inlinePolicies: [],
        managedPolicyArns: [],
        name,
        ...prefixOf(inputs.namePrefix),
        uniqueId: uniqueId(context, "AROA"),
      },
    };
  },
  beforeDelete(context, record) {
    if (context.list(INSTANCE_PROFILE).some(({ outputs }) => outputs.role === record.id)) {
      throw new AwsError(
        "DeleteConflict",
        "Cannot delete entity, must remove roles from instance profile first.",
      );
    }
    if (record.inputs.forceDetachPolicies === true) return;
    const [blocking] = policiesOf(context, record);
    if (!blocking) return;
    throw new AwsError(
      "DeleteConflict",
      blocking.type === ROLE_POLICY
        ? "Cannot delete entity, must delete policies first."
        : "Cannot delete entity, must detach all policies first.",
    );
  },
  owned: policiesOf,
});

function policiesOf(context: AccountContext, { id }: ResourceRecord): ResourceRecord[] {
  return [...context.list(ROLE_POLICY), ...context.list(ROLE_POLICY_ATTACHMENT)].filter(
    ({ outputs }) => outputs.role === id,
  );
}

/** A role by its ARN. */
function findRole(context: AccountContext, roleArn: string): ResourceRecord | undefined {
  return context.list(ROLE).find(({ outputs }) => outputs.arn === roleArn);
}

/** Whether a service can assume a role: the role exists, and its trust policy allows it. */
export function isAssumableBy(context: AccountContext, roleArn: string, service: string): boolean {
  const record = findRole(context, roleArn);
  return record !== undefined && trusts(String(record.inputs.assumeRolePolicy), service);
}

function mustHaveRole(context: AccountContext, name: string): void {
  mustExist(context, ROLE, name, "NoSuchEntity", `The role with name ${name} cannot be found.`);
}

/** Checks that a policy exists in this account, or is an AWS managed one. */
function mustHavePolicy(context: AccountContext, policyArn: string): void {
  const managed = /^arn:aws:iam::aws:policy\/(.+)$/.exec(policyArn)?.[1];
  if (managed === undefined) {
    mustExist(context, POLICY, policyArn, "NoSuchEntity", `Policy ${policyArn} does not exist.`);
  } else if (!AWS_MANAGED_POLICIES.has(managed)) {
    throw new AwsError(
      "NoSuchEntity",
      `Policy ${policyArn} does not exist or is not attachable. Of AWS's own policies the offline ` +
        `account knows ${[...AWS_MANAGED_POLICIES].join(", ")}.`,
    );
  }
}

/** The present time to the second, as IAM reports it. */
function now(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, "Z");
}

/** A unique ID of IAM: four letters for the kind of entity, then 17 characters. */
function uniqueId(context: AccountContext, prefix: string): string {
  return `${prefix}${context.hex("unique id").toUpperCase()}`;
}

const rolePolicy = resourceType({
  token: ROLE_POLICY,
  inputs: inputsOf<iam.RolePolicyArgs>()({
    name: rolePolicyName.optional(),
    namePrefix: iamName(102).optional(),
    policy: z.string(),
    role: iamName(64),
  }),
  autoNameMaxLength: 128,
  immutable: ["name", "namePrefix", "role"],
  documents: ["policy"],
  computed: ["name", "namePrefix"],
  rules: [exclusive("name", "namePrefix")],
  validate(context, inputs) {
    mustHaveRole(context, inputs.role);
    checkPolicyDocument(inputs.policy, "identity");
    // IAM User Guide, "IAM and AWS STS quotas": white space is not counted.
    if (inputs.policy.replace(/\s/g, "").length > 10_240) {
      throw new AwsError(
        "LimitExceeded",
        `Maximum policy size of 10240 bytes exceeded for role ${inputs.role}`,
      );
    }
  },
  create(context, inputs) {
    const name = nameOf(context, inputs);
    return { id: `${inputs.role}:${name}`, outputs: { name, ...prefixOf(inputs.namePrefix) } };
  },
});

const policy = resourceType({
  token: POLICY,
  inputs: inputsOf<iam.PolicyArgs>()({
    delayAfterPolicyCreationInMs: z.int().nonnegative().optional(),
    description: z.string().max(1000).optional(),
    name: iamName(128).optional(),
    namePrefix: iamName(102).optional(),
    path: path.default("/"),
    policy: z.string(),
    tags,
  }),
  autoNameMaxLength: 128,
  immutable: ["description", "name", "namePrefix", "path"],
  documents: ["policy"],
  computed: ["arn", "attachmentCount", "name", "namePrefix", "policyId"],
  rules: [exclusive("name", "namePrefix")],
  validate(context, inputs, before) {
    checkPolicyDocument(inputs.policy, "identity");
    const clash = context
      .list(POLICY)
      .find(({ id, outputs }) => outputs.name === inputs.name && id !== before?.id);
    if (clash) {
      throw new AwsError(
        "EntityAlreadyExists",
        `A policy called ${String(inputs.name)} already exists. Duplicate names are not allowed.`,
      );
    }
    if (inputs.policy.replace(/\s/g, "").length > 6_144) {
      throw new AwsError("LimitExceeded", "Cannot exceed quota for PolicySize: 6144");
    }
  },
  create(context, inputs) {
    const name = nameOf(context, inputs);
    const policyArn = context.arn("iam", `policy${inputs.path}${name}`);
    return {
      id: policyArn,
      outputs: {
        arn: policyArn,
        attachmentCount: 0,
        name,
        ...prefixOf(inputs.namePrefix),
        policyId: uniqueId(context, "ANPA"),
      },
    };
  },
  beforeDelete(context, record) {
    const attached =
      context.list(ROLE_POLICY_ATTACHMENT).some(({ outputs }) => outputs.policyArn === record.id) ||
      context
        .list(ROLE)
        .some(({ outputs }) => (outputs.managedPolicyArns as string[]).includes(record.id));
    if (attached) {
      throw new AwsError("DeleteConflict", "Cannot delete a policy attached to entities.");
    }
  },
});

const rolePolicyAttachment = resourceType({
  token: ROLE_POLICY_ATTACHMENT,
  inputs: inputsOf<iam.RolePolicyAttachmentArgs>()({ policyArn: arn, role: iamName(64) }),
  immutable: ["policyArn", "role"],
  computed: [],
  validate(context, inputs) {
    mustHaveRole(context, inputs.role);
    mustHavePolicy(context, inputs.policyArn);
    const attached = context
      .list(ROLE_POLICY_ATTACHMENT)
      .filter(({ outputs }) => outputs.role === inputs.role);
    if (attached.length >= POLICIES_PER_ROLE) {
      throw new AwsError(
        "LimitExceeded",
        `Cannot exceed quota for PoliciesPerRole: ${POLICIES_PER_ROLE}`,
      );
    }
  },
  create: (context, inputs) => ({ id: `${inputs.role}-${context.hex("id", 26)}`, outputs: {} }),
});

const instanceProfile = resourceType({
  token: INSTANCE_PROFILE,
  inputs: inputsOf<iam.InstanceProfileArgs>()({
    name: iamName(128).optional(),
    namePrefix: iamName(102).optional(),
    path: path.default("/"),
    role: text,
    tags,
  }),
  autoNameMaxLength: 128,
  immutable: ["name", "namePrefix", "path"],
  computed: ["arn", "createDate", "name", "namePrefix", "uniqueId"],
  rules: [exclusive("name", "namePrefix")],
  validate(context, inputs, before) {
    if (inputs.role !== undefined) mustHaveRole(context, inputs.role);
    if (!before && inputs.name !== undefined && context.get(INSTANCE_PROFILE, inputs.name)) {
      throw new AwsError("EntityAlreadyExists", `Instance Profile ${inputs.name} already exists.`);
    }
  },
  create(context, inputs) {
    const name = nameOf(context, inputs);
    return {
      id: name,
      outputs: {
        arn: context.arn("iam", `instance-profile${inputs.path}${name}`),
        createDate: now(),
        name,
        ...prefixOf(inputs.namePrefix),
        uniqueId: uniqueId(context, "AIPA"),
      },
    };
  },
});

/** IAM API reference, "CreateOpenIDConnectProvider"; there can be only one provider per address and account. */
const openIdConnectProvider = resourceType({
  token: OIDC_PROVIDER,
  inputs: inputsOf<iam.OpenIdConnectProviderArgs>()({
    clientIdLists: z.array(z.string().min(1).max(255)).min(1).max(100),
    tags,
    thumbprintLists: z
      .array(z.string().regex(/^[0-9A-Fa-f]{40}$/, "must be 40 hexadecimal digits"))
      .max(5)
      .optional(),
    url: z
      .string()
      .max(255)
      .regex(/^https:\/\/[^?#\s]+$/, "must begin with https:// and have no query"),
  }),
  immutable: ["url"],
  sets: ["clientIdLists"],
  computed: ["arn", "thumbprintLists"],
  validate(context, inputs, before) {
    if (!before && context.get(OIDC_PROVIDER, providerArn(context, inputs.url))) {
      throw new AwsError("EntityAlreadyExists", `Provider with url ${inputs.url} already exists.`);
    }
  },
  create(context, inputs) {
    const id = providerArn(context, inputs.url);
    // Without thumbprints, IAM finds one itself.
    return {
      id,
      outputs: {
        arn: id,
        thumbprintLists: inputs.thumbprintLists ?? [context.hex("thumbprint", 40)],
      },
    };
  },
});

function providerArn(context: AccountContext, url: string): string {
  return context.arn("iam", `oidc-provider/${url.replace("https://", "")}`);
}

export const iamTypes = [
  role,
  rolePolicy,
  policy,
  rolePolicyAttachment,
  instanceProfile,
  openIdConnectProvider,
];
