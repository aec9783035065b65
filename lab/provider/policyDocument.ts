import { createHash } from "node:crypto";

import { z } from "zod";

import type { Properties } from "../account/resourceType";

const texts = z.array(z.string()).optional();
const principals = z
  .array(z.strictObject({ type: z.string(), identifiers: z.array(z.string()) }))
  .optional();

const statement = z.strictObject({
  actions: texts,
  conditions: z
    .array(z.strictObject({ test: z.string(), variable: z.string(), values: z.array(z.string()) }))
    .optional(),
  effect: z.enum(["Allow", "Deny"]).default("Allow"),
  notActions: texts,
  notPrincipals: principals,
  notResources: texts,
  principals,
  resources: texts,
  sid: z.string().optional(),
});

const args = z.strictObject({
  policyId: z.string().optional(),
  statements: z.array(statement).default([]),
  version: z.enum(["2012-10-17", "2008-10-17"]).default("2012-10-17"),
});

/** `aws.iam.getPolicyDocument`: writes a policy document as JSON text. */
export const policyDocument = {
  args,
  answer: (_context: unknown, given: Properties): Properties => {
    const { policyId, statements, version } = args.parse(given);
    const document = compact({
      Version: version,
      Id: policyId,
      Statement: statements.map(statementDocument),
    });
    const json = JSON.stringify(document, null, 2);
    return {
      ...given,
      id: createHash("sha256").update(json).digest("hex").slice(0, 10),
      json,
      minifiedJson: JSON.stringify(document),
    };
  },
};

function statementDocument(one: z.output<typeof statement>): Properties {
  return compact({
    Sid: one.sid,
    Effect: one.effect,
    Action: oneOrMany(one.actions),
    NotAction: oneOrMany(one.notActions),
    Resource: oneOrMany(one.resources),
    NotResource: oneOrMany(one.notResources),
    Principal: principalDocument(one.principals),
    NotPrincipal: principalDocument(one.notPrincipals),
    Condition: conditionDocument(one.conditions),
  });
}

function principalDocument(list: z.output<typeof principals>): unknown {
  if (!list || list.length === 0) return undefined;
  if (list.some(({ type }) => type === "*")) return "*";
  const byType: Record<string, string[]> = {};
  for (const { type, identifiers } of list) {
    byType[type] = [...(byType[type] ?? []), ...identifiers];
  }
  return Object.fromEntries(
    Object.entries(byType).map(([type, identifiers]) => [type, oneOrMany(identifiers)]),
  );
}

function conditionDocument(
  list: readonly { test: string; variable: string; values: string[] }[] | undefined,
): unknown {
  if (!list || list.length === 0) return undefined;
  const byTest: Record<string, Properties> = {};
  for (const { test, variable, values } of list) {
    byTest[test] = { ...byTest[test], [variable]: oneOrMany(values) };
  }
  return byTest;
}

function oneOrMany(values: readonly string[] | undefined): unknown {
  return values?.length === 1 ? values[0] : values;
}

function compact(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
}
