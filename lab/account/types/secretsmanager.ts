import type { secretsmanager } from "@pulumi/aws";
import { z } from "zod";

import { AwsError } from "../errors";
import type { ResourceRecord } from "../record";
import { resourceType, type AccountContext } from "../resourceType";
import { exactlyOne, inputsOf, nameOf, prefixOf, tags, text, unsupported } from "./shared";

export const SECRET = "aws:secretsmanager/secret:Secret";
export const SECRET_VERSION = "aws:secretsmanager/secretVersion:SecretVersion";

/** Secrets Manager API, CreateSecret. */
const secretName = z
  .string()
  .regex(/^[A-Za-z0-9/_+=.@-]{1,512}$/, "may have up to 512 letters, digits and / _ + = . @ -");

const secret = resourceType({
  token: SECRET,
  inputs: inputsOf<secretsmanager.SecretArgs>()({
    description: z.string().max(2048).optional(),
    forceOverwriteReplicaSecret: z.boolean().default(false),
    kmsKeyId: text,
    name: secretName.optional(),
    namePrefix: secretName.max(486).optional(),
    policy: unsupported,
    recoveryWindowInDays: z
      .int()
      .refine((days) => days === 0 || (days >= 7 && days <= 30), "must be 0 or 7 to 30")
      .default(30),
    region: text,
    replicas: unsupported,
    tags,
    type: unsupported,
  }),
  autoNameMaxLength: 512,
  immutable: ["name", "namePrefix", "region"],
  computed: ["arn", "name", "namePrefix", "policy", "replicas"],
  rules: [
    {
      keys: ["name", "namePrefix"],
      check: ({ name, namePrefix }) =>
        name !== undefined && namePrefix !== undefined ? "conflicts with namePrefix" : undefined,
    },
  ],
  create(context, inputs) {
    const name = nameOf(context, inputs);
    const isThere = context
      .list(SECRET)
      .some(({ outputs }) => outputs.name === name && outputs.region === context.region);
    if (isThere) {
      throw new AwsError(
        "ResourceExistsException",
        `The operation failed because the secret ${name} already exists.`,
      );
    }
    if (context.counted(scheduled(context, name)) > 0) {
      throw new AwsError(
        "InvalidRequestException",
        "You can't create this secret because a secret with this name is already scheduled for " +
          `deletion (${name}). Give it recoveryWindowInDays 0 or another name`,
      );
    }
    // Six random characters, so that the ARN cannot be guessed.
    const arn = context.arn("secretsmanager", `secret:${name}-${context.hex("suffix", 6)}`);
    return {
      id: arn,
      outputs: { arn, name, policy: "", replicas: [], ...prefixOf(inputs.namePrefix) },
    };
  },
  beforeDelete(context, { inputs, outputs }) {
    if (inputs.recoveryWindowInDays !== 0) context.count(scheduled(context, String(outputs.name)));
  },
  owned: (context, { id }) => versionsOf(context, id),
});

/** Counter that marks a deleted secret's name as taken; permanently, since the lab's account has no calendar. */
function scheduled({ region }: AccountContext, name: string): string {
  return `secret ${region} ${name} scheduled for deletion`;
}

const stages = z.array(z.string().min(1).max(256)).min(1).max(20);

const secretVersion = resourceType({
  token: SECRET_VERSION,
  inputs: inputsOf<secretsmanager.SecretVersionArgs>()({
    region: text,
    secretBinary: z.base64().optional(),
    secretId: z.string(),
    secretString: z.string().min(1).max(65_536).optional(),
    secretStringWo: z.string().min(1).max(65_536).optional(),
    secretStringWoVersion: z.int().optional(),
    versionStages: stages.optional(),
  }),
  secrets: ["secretBinary", "secretString", "secretStringWo"],
  writeOnly: ["secretStringWo"],
  immutable: ["region", "secretBinary", "secretId", "secretString", "secretStringWoVersion"],
  // A write-only value is never read back, so only a new version number shows that it has changed.
  meaning: { secretStringWo: () => "written" },
  sets: ["versionStages"],
  computed: ["arn", "hasSecretStringWo", "secretArn", "versionId", "versionStages"],
  rules: [
    exactlyOne("secretString", "secretStringWo", "secretBinary"),
    {
      keys: ["secretStringWo", "secretStringWoVersion"],
      check: ({ secretStringWo, secretStringWoVersion }) =>
        (secretStringWo === undefined) === (secretStringWoVersion === undefined)
          ? undefined
          : "requires secretStringWoVersion: give both or neither",
    },
  ],
  validate(context, { secretId }) {
    mustHaveSecret(context, secretId);
  },
  create(context, { secretId, secretStringWo }) {
    const { id: arn } = mustHaveSecret(context, secretId);
    const versionId = `terraform-${context.hex("version", 26)}`;
    return {
      id: `${arn}|${versionId}`,
      outputs: {
        arn,
        hasSecretStringWo: secretStringWo !== undefined,
        secretArn: arn,
        versionId,
        versionStages: ["AWSCURRENT"],
      },
    };
  },
});

function mustHaveSecret(context: AccountContext, nameOrArn: string): ResourceRecord {
  const found = context
    .list(SECRET)
    .find(
      ({ id, outputs }) =>
        id === nameOrArn || (outputs.name === nameOrArn && outputs.region === context.region),
    );
  if (found) return found;
  throw new AwsError(
    "ResourceNotFoundException",
    `Secrets Manager can't find the specified secret. (${nameOrArn})`,
  );
}

/** Versions of a secret, oldest first. */
function versionsOf(context: AccountContext, secretArn: string): readonly ResourceRecord[] {
  return context.list(SECRET_VERSION).filter(({ outputs }) => outputs.secretArn === secretArn);
}

export const secretsManagerTypes = [secret, secretVersion];
