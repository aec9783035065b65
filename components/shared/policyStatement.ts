import type * as pulumi from "@pulumi/pulumi";

import type { Statement } from "./iamPolicies";
import { repeated } from "./problems";

/** When a statement applies: a key of the request's context is compared with values. */
export interface PolicyCondition {
  /**
   * How it is compared, e.g. `StringEquals` or `ArnLike`.
   * @throws only from AWS, during the update
   */
  test: string;
  /**
   * The key, e.g. `aws:SourceVpc`.
   * @throws if it appears twice with the same `test`
   */
  variable: string;
  /**
   * Values to compare with; one of them must match.
   * @throws if there is none
   */
  values: pulumi.Input<string>[];
}

/** A statement of a policy, as `aws.iam.getPolicyDocument` has it. */
export interface PolicyStatement {
  /**
   * Its name, letters and digits; unique in a policy.
   * @default none
   * @throws if it has other characters, or another statement has the same
   */
  sid?: string;
  /**
   * Whether it allows or forbids: "Allow" or "Deny".
   * @default "Allow"
   * @throws if it is neither
   */
  effect?: string;
  /**
   * Actions, e.g. `sqs:ReceiveMessage`; at least one.
   * @throws if there is none, or one is not an action
   */
  actions: string[];
  /**
   * ARNs of the resources, or `*`; at least one.
   * @throws if there is none, or one is text but neither of these
   */
  resources: pulumi.Input<string>[];
  /**
   * Conditions that must all be true.
   * @default []
   */
  conditions?: PolicyCondition[];
}

/** A statement in IAM's own terms. */
export function statementOf(statement: PolicyStatement): Statement {
  const { sid, effect, actions, resources, conditions = [] } = statement;
  const tests = [...new Set(conditions.map(({ test }) => test))];
  return {
    ...(sid !== undefined && { Sid: sid }),
    Effect: effect === "Deny" ? "Deny" : "Allow",
    Action: actions,
    Resource: resources,
    ...(tests.length > 0 && {
      Condition: Object.fromEntries(
        tests.map((wanted) => [
          wanted,
          Object.fromEntries(
            conditions
              .filter(({ test }) => test === wanted)
              .map(({ variable, values }) => [variable, values]),
          ),
        ]),
      ),
    }),
  };
}

/** Says what is wrong with statements, a sentence for each fault. Source: IAM user guide, "IAM JSON policy reference". */
export function statementProblems(key: string, statements: readonly PolicyStatement[]): string[] {
  const sids = statements.flatMap(({ sid }) => sid ?? []);
  return statements.flatMap((statement, i) => {
    const { sid, effect = "Allow", actions, resources, conditions = [] } = statement;
    const where = `${key}[${i}]`;
    const invalid = actions.filter((action) => !/^(\*|[a-z0-9-]+:[A-Za-z0-9*?]+)$/.test(action));
    const texts = resources.filter((resource) => typeof resource === "string");
    const conditionKeys = conditions.map(({ test, variable }) => `${test} ${variable}`);
    return [
      ["Allow", "Deny"].includes(effect)
        ? ""
        : `${where}.effect "${effect}" must be "Allow" or "Deny"`,
      actions.length === 0 ? `${where} has no actions; give one` : "",
      resources.length === 0 ? `${where} has no resources; give one` : "",
      ...invalid.map((action) => `${where}: "${action}" is not an action such as s3:GetObject`),
      ...texts
        .filter((text) => text !== "*" && !/^arn:[^:]+:[^:]+:[^:]*:[^:]*:.+$/.test(text))
        .map((text) => `${where}: "${text}" must be an ARN or *`),
      sid !== undefined && !/^[A-Za-z0-9]+$/.test(sid)
        ? `${where}.sid "${sid}" must be letters and digits`
        : "",
      sid !== undefined && sids.indexOf(sid) !== sids.lastIndexOf(sid) && sids.indexOf(sid) === i
        ? `${key}: sid "${sid}" is listed twice; give each its own`
        : "",
      ...conditions
        .filter(({ values }) => values.length === 0)
        .map(({ variable }) => `${where}: the condition on ${variable} has no values; give one`),
      ...repeated(conditionKeys).map(
        (one) => `${where}: the condition "${one}" is listed twice; give all its values in one`,
      ),
    ].filter((fault) => fault !== "");
  });
}
