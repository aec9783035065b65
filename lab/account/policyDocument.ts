import { z } from "zod";

import { AwsError } from "./errors";

const oneOrMore = z.union([z.string(), z.array(z.string()).min(1)]);
const principal = z.union([
  z.literal("*"),
  z
    .record(z.enum(["AWS", "Service", "Federated", "CanonicalUser"]), oneOrMore.optional())
    .refine((value) => Object.keys(value).length > 0),
]);
const conditionValues = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.array(z.union([z.string(), z.number(), z.boolean()])),
]);

const statement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(["Allow", "Deny"]),
  Action: oneOrMore.optional(),
  NotAction: oneOrMore.optional(),
  Resource: oneOrMore.optional(),
  NotResource: oneOrMore.optional(),
  Principal: principal.optional(),
  NotPrincipal: principal.optional(),
  Condition: z.record(z.string(), z.record(z.string(), conditionValues)).optional(),
});

const policyDocument = z.strictObject({
  Version: z.enum(["2012-10-17", "2008-10-17"]).optional(),
  Id: z.string().optional(),
  Statement: z.union([statement, z.array(statement)]),
});

/**
 * Checks a policy document as IAM does when it is stored: its grammar, not what it allows.
 *
 * @param kind `trust` for a role's trust policy (who may assume it), `identity` for what a role may do.
 * @throws AwsError `MalformedPolicyDocument` (IAM User Guide, "Grammar of the IAM JSON policy language").
 */
export function checkPolicyDocument(text: string, kind: "trust" | "identity"): void {
  const document = policyDocument.safeParse(parse(text));
  if (!document.success) {
    const [issue] = document.error.issues;
    const path = issue?.path.join(".") ?? "";
    const key = issue?.code === "unrecognized_keys" ? ` (${issue.keys.join(", ")})` : "";
    throw malformed(`Syntax errors in policy${path && ` at ${path}`}${key}.`);
  }
  const { Statement } = document.data;
  for (const entry of Array.isArray(Statement) ? Statement : [Statement]) {
    const hasPrincipal = entry.Principal !== undefined || entry.NotPrincipal !== undefined;
    const hasResource = entry.Resource !== undefined || entry.NotResource !== undefined;
    if (entry.Action === undefined && entry.NotAction === undefined) {
      throw malformed("Policy statement must contain actions.");
    }
    if (kind === "trust") {
      if (!hasPrincipal) throw malformed("Missing required field Principal");
      if (hasResource) throw malformed("Has prohibited field Resource");
    } else {
      if (hasPrincipal) throw malformed("Policy document should not specify a principal.");
      if (!hasResource) throw malformed("Policy statement must contain resources.");
    }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed("This policy contains invalid Json");
  }
}

function malformed(message: string): AwsError {
  return new AwsError("MalformedPolicyDocument", message);
}
