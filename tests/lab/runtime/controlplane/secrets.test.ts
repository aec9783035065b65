import assert from "node:assert/strict";

import { secretValues } from "../../../../lab/runtime/controlplane/ecs/secrets";
import { Account } from "../../../../lab/account/account";
import { create } from "../../account/fixtures";

// Secrets Manager API, GetSecretValue: without VersionId and VersionStage it returns AWSCURRENT.
describe("a container's secrets", () => {
  it("come from the current version, even while a newer one is pending", async () => {
    const account = Account.inMemory();
    const { id: secretId } = await create(account, "secret", { name: "db" });
    const version = (password: string, stages?: string[]) =>
      create(account, "secretVersion", {
        secretId,
        secretString: JSON.stringify({ password, [password]: "1" }),
        ...(stages && { versionStages: stages }),
      });
    await version("current");
    const pending = await version("pending", ["AWSPENDING"]);
    const value = (reference: string) =>
      secretValues(account, [{ name: "PASSWORD", valueFrom: `${secretId}${reference}` }]).PASSWORD;

    assert.equal(value(":password::"), "current");
    assert.match(String(value("")), /"current"/);
    assert.equal(value(":password:AWSPENDING:"), "pending");
    assert.equal(value(`:password::${String(pending.outputs.versionId)}`), "pending");
    assert.throws(() => value(":pending::"), /did not contain json key pending/);
  });
});
