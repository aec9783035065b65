import { z } from "zod";

import { parsedJson } from "../shared/parsedJson";
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
 * What a policy is attached to: a role as its trust policy (who may assume it), a role as its permissions, an ECR
 * repository, an S3 bucket, a KMS key or an SNS topic.
 */
export type PolicyKind = "trust" | "identity" | "repository" | "bucket" | "key" | "topic" | "queue";

/** Whether the statements of each kind have a principal and resources. */
const PARTS: Readonly<Record<PolicyKind, { principal: boolean; resource: boolean }>> = {
  trust: { principal: true, resource: false },
  identity: { principal: false, resource: true },
  repository: { principal: true, resource: false },
  bucket: { principal: true, resource: true },
  key: { principal: true, resource: true },
  topic: { principal: true, resource: true },
  queue: { principal: true, resource: true },
};

/**
 * Checks a policy document as IAM does when it is stored: its grammar, not what it allows.
 *
 * @throws AwsError `MalformedPolicyDocument` (IAM User Guide, "Grammar of the IAM JSON policy language").
 */
export function checkPolicyDocument(text: string, kind: "trust" | "identity"): void {
  const problem = policyProblem(text, kind);
  if (problem !== undefined) throw new AwsError("MalformedPolicyDocument", problem);
}

/** What is wrong with the grammar of a policy document; undefined if nothing is. */
export function policyProblem(text: string, kind: PolicyKind): string | undefined {
  const json = parsedJson(text);
  if (json === undefined) return "This policy contains invalid Json";
  const document = policyDocument.safeParse(json);
  if (!document.success) {
    const [issue] = document.error.issues;
    const path = issue?.path.join(".") ?? "";
    const key = issue?.code === "unrecognized_keys" ? ` (${issue.keys.join(", ")})` : "";
    return `Syntax errors in policy${path && ` at ${path}`}${key}.`;
  }
  const { Statement } = document.data;
  for (const entry of Array.isArray(Statement) ? Statement : [Statement]) {
    const problem = statementProblem(entry, kind);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Whether a valid bucket policy is public: it allows everybody, without conditions. */
export function isPublicPolicy(text: string): boolean {
  return statementsOf(text).some(({ Condition, Effect, Principal }) => {
    const everybody =
      Principal === "*" ||
      (typeof Principal === "object" && [Principal.AWS ?? []].flat().includes("*"));
    return Effect === "Allow" && everybody && Condition === undefined;
  });
}

/** Whether a valid trust policy lets an AWS service, e.g. `codebuild.amazonaws.com`, assume its role. */
export function trusts(text: string, service: string): boolean {
  return statementsOf(text).some(
    ({ Action, Effect, Principal }) =>
      Effect === "Allow" &&
      [Action ?? []].flat().includes("sts:AssumeRole") &&
      typeof Principal === "object" &&
      [Principal.Service ?? []].flat().includes(service),
  );
}

/** Resources in the statements of a valid policy document. */
export function policyResources(text: string): string[] {
  return statementsOf(text).flatMap(({ NotResource, Resource }) =>
    [Resource ?? [], NotResource ?? []].flat(),
  );
}

function statementsOf(text: string): z.output<typeof statement>[] {
  return [policyDocument.parse(parsedJson(text)).Statement].flat();
}

function statementProblem(entry: z.output<typeof statement>, kind: PolicyKind): string | undefined {
  const hasPrincipal = entry.Principal !== undefined || entry.NotPrincipal !== undefined;
  const hasResource = entry.Resource !== undefined || entry.NotResource !== undefined;
  const wanted = PARTS[kind];
  if (entry.Action === undefined && entry.NotAction === undefined) {
    return "Policy statement must contain actions.";
  }
  if (wanted.principal && !hasPrincipal) return "Missing required field Principal";
  if (!wanted.principal && hasPrincipal) return "Policy document should not specify a principal.";
  if (wanted.resource && !hasResource) return "Policy statement must contain resources.";
  if (!wanted.resource && hasResource) return "Has prohibited field Resource";
  return undefined;
}
