import assert from "node:assert/strict";

import { denied, needless, needlessValues } from "./deployed";
import type { PolicyDocument } from "./evaluator";

const policy = (Action: string | string[], Resource: string | string[]): PolicyDocument => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action, Resource }],
});

const call = (action: string, resource: string) => ({ action, resource });

describe("the check of a role's policies", () => {
  const calls = [
    call("s3:GetObject", "arn:aws:s3:::a/1"),
    call("s3:PutObject", "arn:aws:s3:::b/1"),
  ];
  const exact = [
    policy("s3:GetObject", "arn:aws:s3:::a/*"),
    policy("s3:PutObject", "arn:aws:s3:::b/*"),
  ];

  it("finds nothing if each call has its permission, and each permission its call", () => {
    assert.deepEqual(denied(exact, calls), []);
    assert.deepEqual(needless(exact, calls), []);
  });

  it("reports a call that is not allowed", () => {
    assert.deepEqual(denied(exact.slice(1), calls), ["s3:GetObject arn:aws:s3:::a/1"]);
  });

  it("reports an action on a resource that no call needs, even if calls need each of them elsewhere", () => {
    const wide = [
      policy(["s3:GetObject", "s3:PutObject"], ["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"]),
    ];
    assert.deepEqual(needless(wide, calls), [
      "s3:GetObject arn:aws:s3:::b/*",
      "s3:PutObject arn:aws:s3:::a/*",
    ]);
  });

  it("reports what is allowed twice", () => {
    assert.equal(needless([...exact, ...exact], calls).length, 4);
  });

  it("reports a needless permission even if a call is not allowed", () => {
    const wrong = [policy("s3:PutObject", "arn:aws:s3:::b/*"), policy("s3:ListBucket", "*")];
    assert.deepEqual(needless(wrong, calls), ["s3:ListBucket *"]);
  });

  it("reports a condition's value that no call has, if the condition has several", () => {
    const passing = (to: string[]): PolicyDocument => ({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: "iam:PassRole",
          Resource: "*",
          Condition: { StringEquals: { "iam:PassedToService": to } },
        },
      ],
    });
    const passed = {
      ...call("iam:PassRole", "arn:aws:iam::1:role/a"),
      context: { "iam:PassedToService": "ecs.amazonaws.com" },
    };
    assert.deepEqual(needlessValues([passing(["ecs.amazonaws.com"])], [passed]), []);
    assert.deepEqual(
      needlessValues([passing(["ecs.amazonaws.com", "events.amazonaws.com"])], [passed]),
      ["iam:PassRole if iam:PassedToService is events.amazonaws.com"],
    );
  });
});
