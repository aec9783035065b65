import assert from "node:assert/strict";

import { instanceUserData } from "../../../components/cluster/instanceUserData";

describe("an instance's user data", () => {
  it("tells the agent its cluster and keeps tasks from the instance's credentials", () => {
    const lines = instanceUserData("nginx-dev", false).split("\n");
    assert.equal(lines[0], "#!/bin/bash");
    assert.ok(lines.includes("ECS_CLUSTER=nginx-dev"));
    assert.ok(lines.includes("ECS_AWSVPC_BLOCK_IMDS=true"));
    assert.ok(lines.includes("ECS_ENABLE_HIGH_DENSITY_ENI=false"));
    assert.ok(!lines.some((line) => line.includes("put-account-setting")));
  });

  it("opts the instance's role in to ENI trunking before the agent starts", () => {
    const text = instanceUserData("nginx-dev", true);
    assert.match(text, /put-account-setting --name awsvpcTrunking --value enabled/);
    assert.match(text, /ECS_ENABLE_HIGH_DENSITY_ENI=true/);
  });
});
