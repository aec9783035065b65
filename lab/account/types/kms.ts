import type { kms } from "@pulumi/aws";
import { z } from "zod";

import { AwsError } from "../errors";
import { policyProblem } from "../policyDocument";
import { resourceType, type AccountContext } from "../resourceType";
import { flag, inputsOf, tags, text, unsupported, uuid } from "./shared";

const KEY = "aws:kms/key:Key";

const key = resourceType({
  token: KEY,
  inputs: inputsOf<kms.KeyArgs>()({
    bypassPolicyLockoutSafetyCheck: z.boolean().default(false),
    customKeyStoreId: unsupported,
    customerMasterKeySpec: z.literal("SYMMETRIC_DEFAULT").default("SYMMETRIC_DEFAULT"),
    deletionWindowInDays: z.int().min(7).max(30).optional(),
    description: z.string().max(8192).optional(),
    enableKeyRotation: flag,
    isEnabled: z.boolean().default(true),
    keyUsage: z.literal("ENCRYPT_DECRYPT").default("ENCRYPT_DECRYPT"),
    multiRegion: unsupported,
    policy: text,
    region: text,
    rotationPeriodInDays: z.int().min(90).max(2560).optional(),
    tags,
    xksKeyId: unsupported,
  }),
  immutable: ["customerMasterKeySpec", "keyUsage", "region"],
  documents: ["policy"],
  computed: ["arn", "description", "keyId", "multiRegion", "policy", "rotationPeriodInDays"],
  validate(context, { bypassPolicyLockoutSafetyCheck, policy }) {
    if (policy === undefined) return;
    const problem = policyProblem(policy, "key");
    if (problem !== undefined) throw new AwsError("MalformedPolicyDocumentException", problem);
    if (!bypassPolicyLockoutSafetyCheck && !policy.includes(rootArn(context))) {
      throw new AwsError(
        "MalformedPolicyDocumentException",
        "The new key policy will not allow you to update the key policy in the future.",
      );
    }
  },
  create(context, inputs) {
    const keyId = uuid(context, "key");
    return {
      id: keyId,
      outputs: {
        arn: context.arn("kms", `key/${keyId}`),
        description: "",
        keyId,
        multiRegion: false,
        policy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Principal: { AWS: rootArn(context) },
              Action: "kms:*",
              Resource: "*",
            },
          ],
        }),
        rotationPeriodInDays: inputs.enableKeyRotation === true ? 365 : 0,
      },
    };
  },
});

/** The account itself: a key policy must allow it so that IAM policies can grant access to the key. */
function rootArn({ accountId }: AccountContext): string {
  return `arn:aws:iam::${accountId}:root`;
}

export const kmsTypes = [key];
