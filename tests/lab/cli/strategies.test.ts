import assert from "node:assert/strict";

import type { ResourceRecord } from "../../../lab/account/record";
import { startLoad } from "../runtime/controlplane/load";
import { engineTimeout, lab, LabProcess, pulumiCli, stateFolder, withAccount } from "./harness";

const image = (patch: number) => `image=public.ecr.aws/docker/library/nginx:1.30.${patch}-alpine`;
const TARGET_GROUP = "aws:lb/targetGroup:TargetGroup";

describe("a service that goes to another deployment strategy and back, under load", function () {
  this.timeout(2 * engineTimeout);
  let state: string;
  let remove: () => Promise<void>;
  let served: LabProcess;
  let load: ReturnType<typeof startLoad>;

  before(pulumiCli);
  before(async () => {
    ({ state, remove } = await stateFolder());
    const page = ["--runtime", "static", "--port", "0", "--no-dashboard"];
    served = new LabProcess([
      "start",
      "--state",
      state,
      ...page,
      "--config",
      "deploymentBakeMinutes=0",
    ]);
    const [, port] = await served.prints(/elb\.localhost:(\d+)/);
    load = startLoad(`http://127.0.0.1:${port}/`, 2);
  });
  after(async () => {
    served.child.kill("SIGKILL");
    await remove();
  });

  // ECS moves the requests to the other target group with each deployment, which the program never sees.
  for (const [change, what] of [
    ["deploymentStrategy=BLUE_GREEN", "begins to move requests, to the alternate target group"],
    ["deploymentStrategy=ROLLING", "goes back to rolling with that group"],
    [image(5), "lets go of the first one with the next update"],
    ["deploymentStrategy=CANARY", "moves the requests to a new first one"],
    [image(6), "and back again"],
    ["deploymentStrategy=ROLLING", "goes back to rolling with the alternate one"],
    ["deploymentStrategy=LINEAR", "moves requests before it has let go of the other"],
  ] as const) {
    it(what, async () => {
      const { code, stdout, stderr } = await lab("up", "--state", state, "--config", change);
      assert.equal(code, 0, stdout + stderr);
    });
  }

  it("has failed no request, and has the two target groups of its strategy", async () => {
    const answers = await load.stop();
    assert.ok(answers.length > 100);
    assert.deepEqual(
      answers.filter(({ status }) => status !== 200),
      [],
    );
    served.child.kill("SIGINT");
    await served.exit();
    const groups = await withAccount(state, (account) =>
      account.list(TARGET_GROUP).map(({ outputs }: ResourceRecord) => outputs.name),
    );
    assert.deepEqual(groups.sort(), ["handson-80-alt-dev", "handson-80-dev"]);
  });
});
