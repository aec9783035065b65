import assert from "node:assert/strict";

import { causeIn } from "../../../../lab/ui/commands/push";

describe("why a build failed", () => {
  const at = "[Container] 2026/01/01 00:00:00.000000";

  it("is the last line that the failed command printed, not what CodeBuild prints around it", () => {
    const log = [
      `${at} Running command docker build .`,
      "step 1",
      "dockerfile parse error on line 2: unknown instruction: FORM",
      "",
      `${at} Command did not exit successfully docker build . exit status 1`,
      `${at} Phase complete: BUILD State: FAILED`,
      "bye",
    ];
    assert.equal(causeIn(log), "dockerfile parse error on line 2: unknown instruction: FORM");
  });

  it("is unknown if no command failed, or it printed nothing", () => {
    assert.equal(causeIn(["deployment failed"]), undefined);
    assert.equal(
      causeIn([`${at} Command did not exit successfully false exit status 1`]),
      undefined,
    );
  });
});
