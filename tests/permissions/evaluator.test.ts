import assert from "node:assert/strict";

import { isAllowed, type PolicyStatement, type Request } from "./evaluator";

const allowed = (statements: PolicyStatement[], request: Request) =>
  isAllowed([{ Version: "2012-10-17", Statement: statements }], request);

/** The examples of the IAM user guide, each with the answers that its text gives. */
describe("what policies allow", () => {
  const bucket = "arn:aws:s3:::amzn-s3-demo-bucket";

  it("is nothing by default, and nothing that a statement denies (Policy evaluation logic)", () => {
    const request = { action: "s3:GetObject", resource: `${bucket}/a` };
    const allow: PolicyStatement = { Effect: "Allow", Action: "s3:*", Resource: "*" };
    const deny: PolicyStatement = {
      Effect: "Deny",
      Action: "s3:GetObject",
      Resource: `${bucket}/a`,
    };
    assert.equal(allowed([], request), false);
    assert.equal(allowed([allow], request), true);
    assert.equal(allowed([allow, deny], request), false);
    assert.equal(allowed([allow, deny], { ...request, resource: `${bucket}/b` }), true);
  });

  it("depends on actions, with wildcards and in any case (JSON policy elements: Action)", () => {
    const statement: PolicyStatement = {
      Effect: "Allow",
      Action: ["iam:*AccessKey*"],
      Resource: "*",
    };
    for (const action of ["iam:CreateAccessKey", "IAM:listaccesskeys", "iam:UpdateAccessKey"]) {
      assert.equal(allowed([statement], { action, resource: "*" }), true, action);
    }
    assert.equal(allowed([statement], { action: "iam:CreateUser", resource: "*" }), false);
  });

  it("depends on ARNs, compared part by part (JSON policy elements: Resource)", () => {
    const on = (resource: string, asked: string) =>
      allowed([{ Effect: "Allow", Action: "x:y", Resource: resource }], {
        action: "x:y",
        resource: asked,
      });
    assert.equal(
      on(
        "arn:aws:iam::111122223333:user/product_1234/*",
        "arn:aws:iam::111122223333:user/product_1234/a/b",
      ),
      true,
    );
    assert.equal(on(`${bucket}/*/test/*`, `${bucket}/1/2/test/3/object.jpg`), true);
    assert.equal(on(`${bucket}/*/test/*`, `${bucket}/1/2/object.jpg`), false);
    assert.equal(
      on("arn:aws:sqs:*:111122223333:q?", "arn:aws:sqs:eu-west-1:111122223333:q1"),
      true,
    );
    assert.equal(on("arn:aws:sqs:*:q1", "arn:aws:sqs:eu-west-1:111122223333:q1"), false);
    assert.equal(on(bucket, `${bucket}/a`), false);
  });

  it("needs all operators and keys of a condition, and one of a key's values (Multiple context keys or values)", () => {
    const Condition = {
      StringEquals: { "aws:PrincipalTag/job-category": ["iamuser-admin", "other"] },
      Bool: { "aws:SecureTransport": "true" },
    };
    const statement: PolicyStatement = { Effect: "Allow", Action: "x:y", Resource: "*", Condition };
    const asked = (context: Record<string, string>) =>
      allowed([statement], { action: "x:y", resource: "*", context });
    assert.equal(
      asked({ "aws:PrincipalTag/job-category": "other", "aws:SecureTransport": "true" }),
      true,
    );
    assert.equal(
      asked({ "aws:principaltag/job-category": "other", "aws:SecureTransport": "TRUE" }),
      true,
    );
    assert.equal(asked({ "aws:PrincipalTag/job-category": "other" }), false);
    assert.equal(
      asked({ "aws:PrincipalTag/job-category": "Other", "aws:SecureTransport": "true" }),
      false,
    );
  });

  it("treats a missing key as unequal, but as a match with ...IfExists (Condition operators)", () => {
    const asked = (operator: string, context: Record<string, string | string[]> = {}) =>
      allowed(
        [
          {
            Effect: "Allow",
            Action: "x:y",
            Resource: "*",
            Condition: { [operator]: { "ec2:InstanceType": ["t1.*", "t2.*"] } },
          },
        ],
        { action: "x:y", resource: "*", context },
      );
    assert.equal(asked("StringLike"), false);
    assert.equal(asked("StringLikeIfExists"), true);
    assert.equal(asked("StringLikeIfExists", { "ec2:InstanceType": "t2.micro" }), true);
    assert.equal(asked("StringLikeIfExists", { "ec2:InstanceType": "m5.large" }), false);
    assert.equal(asked("StringNotLike"), true);
    assert.equal(asked("StringNotLike", { "ec2:InstanceType": "t2.micro" }), false);
  });

  it("may depend on whether a key exists (Condition operator to check existence of condition keys)", () => {
    const asked = (wanted: string, context: Record<string, string>) =>
      allowed(
        [
          {
            Effect: "Allow",
            Action: "x:y",
            Resource: "*",
            Condition: { Null: { "aws:TokenIssueTime": wanted } },
          },
        ],
        { action: "x:y", resource: "*", context },
      );
    assert.equal(asked("true", {}), true);
    assert.equal(asked("false", {}), false);
    assert.equal(asked("false", { "aws:TokenIssueTime": "2026-01-01" }), true);
  });

  it("may depend on any or on all of several values (Set operators for multivalued context keys)", () => {
    const asked = (operator: string, keys: string[]) =>
      allowed(
        [
          {
            Effect: "Allow",
            Action: "x:y",
            Resource: "*",
            Condition: { [operator]: { "aws:TagKeys": ["environment", "webserver"] } },
          },
        ],
        { action: "x:y", resource: "*", context: { "aws:TagKeys": keys } },
      );
    assert.equal(asked("ForAllValues:StringEquals", ["environment"]), true);
    assert.equal(asked("ForAllValues:StringEquals", ["environment", "cost"]), false);
    assert.equal(asked("ForAnyValue:StringEquals", ["environment", "cost"]), true);
    assert.equal(asked("ForAnyValue:StringEquals", ["cost"]), false);
    assert.throws(() => asked("StringEquals", ["environment", "cost"]), /compares one value/);
  });

  it("includes that those in its trust policy assume a role (The confused deputy problem)", () => {
    const trust: PolicyStatement = {
      Effect: "Allow",
      Principal: { Service: ["ecs-tasks.amazonaws.com"] },
      Action: "sts:AssumeRole",
      Condition: {
        ArnLike: { "aws:SourceArn": "arn:aws:ecs:us-west-2:111122223333:*" },
        StringEquals: { "aws:SourceAccount": "111122223333" },
      },
    };
    const taken = (service: string, account: string) =>
      allowed([trust], {
        action: "sts:AssumeRole",
        resource: "arn:aws:iam::111122223333:role/task",
        principal: { Service: service },
        context: {
          "aws:SourceAccount": account,
          "aws:SourceArn": `arn:aws:ecs:us-west-2:${account}:task/a/b`,
        },
      });
    assert.equal(taken("ecs-tasks.amazonaws.com", "111122223333"), true);
    assert.equal(taken("ecs-tasks.amazonaws.com", "444455556666"), false);
    assert.equal(taken("ec2.amazonaws.com", "111122223333"), false);
  });

  it("is not guessed if a policy has something that is not evaluated", () => {
    const request = { action: "x:y", resource: "*", context: { a: "1" } };
    const base = { Effect: "Allow", Action: "x:y", Resource: "*" } as const;
    assert.throws(
      () => allowed([{ ...base, Condition: { NumericLessThan: { a: "1" } } }], request),
      /NumericLessThan/,
    );
    assert.throws(
      () => allowed([{ ...base, Condition: { StringLike: { a: "${aws:username}" } } }], request),
      /variables/,
    );
    assert.throws(
      () => allowed([{ ...base, NotResource: "*" } as PolicyStatement], request),
      /NotResource/,
    );
  });
});
