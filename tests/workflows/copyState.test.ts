import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as path from "node:path";

import { repository } from "../../lab/shared/repository";

const sealed = (content: object) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  ...content,
});

const state = {
  version: 3,
  deployment: {
    manifest: { time: "2026-07-31T00:00:00Z" },
    secrets_providers: { type: "cloud", state: { encryptedkey: "a2V5" } },
    resources: [
      {
        urn: "urn:pulumi:dev::ecs-handson::random:index/randomPassword:RandomPassword::key",
        inputs: { length: 64 },
        outputs: { length: 64, result: sealed({ ciphertext: "v1:c2VjcmV0" }) },
      },
      {
        urn: "urn:pulumi:dev::ecs-handson::aws:secretsmanager/secretVersion:SecretVersion::key",
        inputs: {
          list: [sealed({ plaintext: '"hush"' }), { inner: sealed({ ciphertext: "v1:hush" }) }],
        },
        outputs: { arn: "arn:aws:secretsmanager:1", nothing: null },
      },
    ],
  },
};

describe("the copy of a state that a pull request may read", () => {
  const script = path.join(repository, ".github", "scripts", "copyState.mjs");
  const { stdout, status } = spawnSync(process.execPath, [script], {
    input: JSON.stringify(state),
    encoding: "utf8",
  });

  it("has no secret, sealed or not, and no key", () => {
    assert.equal(status, 0);
    assert.doesNotMatch(stdout, /c2VjcmV0|hush|a2V5|secrets_providers|ciphertext|plaintext/);
  });

  it("has everything else as it is", () => {
    const copy = JSON.parse(stdout) as typeof state;
    const [password, version] = copy.deployment.resources;
    assert.deepEqual(password?.outputs, { length: 64, result: "[secret]" });
    assert.deepEqual(version?.inputs, { list: ["[secret]", { inner: "[secret]" }] });
    assert.deepEqual(version.outputs, state.deployment.resources.at(1)?.outputs);
    assert.deepEqual(copy.deployment.manifest, state.deployment.manifest);
    assert.equal(copy.version, 3);
  });
});
