import assert from "node:assert/strict";

import { Account } from "../../../../lab/account/account";
import {
  create,
  createWorld,
  policyText,
  READ,
  rejection,
  TRUST_POLICY,
  TYPES,
  type World,
} from "../fixtures";
import { itRefuses, type Malformed, type Refused } from "./cases";

/** What the API refuses, with AWS's errors. */
const REFUSED: readonly Refused<World>[] = [
  [
    "a role name that is taken",
    "role",
    () => ({ name: "task", assumeRolePolicy: TRUST_POLICY }),
    /^EntityAlreadyExists: Role with name task already exists\.$/,
  ],
  [
    "a trust policy that is not JSON",
    "role",
    () => ({ name: "x", assumeRolePolicy: "{" }),
    /^MalformedPolicyDocument: This policy contains invalid Json$/,
  ],
  [
    "a trust policy with a resource",
    "role",
    () => ({ name: "x", assumeRolePolicy: policyText({ ...READ, Principal: "*" }) }),
    /^MalformedPolicyDocument: Has prohibited field Resource$/,
  ],
  [
    "a trust policy without a principal",
    "role",
    () => ({
      name: "x",
      assumeRolePolicy: policyText({ Effect: "Allow", Action: "sts:AssumeRole" }),
    }),
    /^MalformedPolicyDocument: Missing required field Principal$/,
  ],
  [
    "a policy with a misspelt field",
    "rolePolicy",
    () => ({ name: "x", role: "task", policy: policyText({ ...READ, Actions: "s3:*" }) }),
    /^MalformedPolicyDocument: Syntax errors in policy at Statement.*Actions/,
  ],
  [
    "a policy for an unknown role",
    "rolePolicy",
    () => ({ name: "x", role: "none", policy: policyText(READ) }),
    /^NoSuchEntity: The role with name none cannot be found\.$/,
  ],
  [
    "a policy with a principal",
    "policy",
    () => ({ name: "x", policy: policyText({ ...READ, Principal: "*" }) }),
    /^MalformedPolicyDocument: Policy document should not specify a principal\.$/,
  ],
  [
    "an unknown AWS policy",
    "rolePolicyAttachment",
    () => ({ role: "task", policyArn: "arn:aws:iam::aws:policy/Nonsense" }),
    /^NoSuchEntity: Policy arn:aws:iam::aws:policy\/Nonsense does not exist/,
  ],
];

/** What the provider refuses before it asks the API: the inputs, and where they are wrong. */
const MALFORMED: readonly Malformed[] = [
  [
    "both a name and a prefix",
    "role",
    { name: "a", namePrefix: "b", assumeRolePolicy: "{}" },
    ["name"],
  ],
];

describe("the account's roles and policies", () => {
  let account: Account;
  let world: World;

  beforeEach(async () => {
    account = Account.inMemory();
    world = await createWorld(account);
  });

  itRefuses(() => ({ account, world }), { refused: REFUSED, malformed: MALFORMED });

  it("keep a role that has policies, unless they may be detached by force", async () => {
    await create(account, "rolePolicy", { name: "x", role: "task", policy: policyText(READ) });
    assert.match(await rejection(account.delete(TYPES.role, "task")), /^DeleteConflict: /);
    await account.modify(TYPES.role, "task", { forceDetachPolicies: true });
    await account.delete(TYPES.role, "task");
    assert.deepEqual(account.list(TYPES.rolePolicy), []);
  });

  it("have one identity provider per address", async () => {
    const inputs = { url: "https://issuer.example", clientIdLists: ["sts.amazonaws.com"] };
    const { id } = await create(account, "openIdConnectProvider", inputs);
    assert.match(id, /:oidc-provider\/issuer\.example$/);
    assert.match(
      await rejection(create(account, "openIdConnectProvider", inputs)),
      /^EntityAlreadyExists: Provider with url https:\/\/issuer\.example already exists\.$/,
    );
  });

  it("keep a policy that is attached", async () => {
    const policy = await create(account, "policy", { name: "read", policy: policyText(READ) });
    await create(account, "rolePolicyAttachment", { role: "task", policyArn: policy.id });
    assert.match(await rejection(account.delete(TYPES.policy, policy.id)), /^DeleteConflict: /);
  });
});
