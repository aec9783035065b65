import assert from "node:assert/strict";

import { Command } from "commander";

import { refuseSwallowedOptions } from "../../../../lab/ui/commands/swallowedOptions";

describe("flags that npm kept for itself", () => {
  const destroy = new Command("destroy").option("--stack <name>").option("--yes");
  const up = new Command("up").option("--config <key=value>").option("--no-serve");
  const run = { npm_lifecycle_event: "lab" };

  it("are refused, with the command line that was meant", () => {
    assert.throws(() => {
      refuseSwallowedOptions(destroy, ["destroy"], { ...run, npm_config_stack: "alice" });
    }, /npm kept --stack=alice for itself; .*: npm run lab -- destroy --stack=alice$/);
    assert.throws(() => {
      refuseSwallowedOptions(up, ["start"], { npm_lifecycle_event: "start", npm_config_serve: "" });
    }, /: npm start -- --no-serve$/);
  });

  it("exclude those that the command does not have or npm has too, and all if npm did not start it", () => {
    refuseSwallowedOptions(destroy, ["destroy"], {
      ...run,
      npm_config_cache: "/tmp",
      npm_config_yes: "true",
    });
    refuseSwallowedOptions(destroy, ["destroy"], { npm_config_stack: "alice" });
  });
});
