import assert from "node:assert/strict";
import { cp, mkdtemp, writeFile } from "node:fs/promises";
import * as path from "node:path";

import type { ResourceRecord } from "../../../lab/account/record";
import { repository } from "../../../lab/shared/repository";
import { startLoad } from "../runtime/controlplane/load";
import { engineTimeout, lab, ServedLab, withAccount } from "./harness";

const image = (patch: number) => `image=public.ecr.aws/docker/library/nginx:1.30.${patch}-alpine`;
const TARGET_GROUP = "aws:lb/targetGroup:TargetGroup";

describe("a service that switches to another deployment strategy and back, under load", function () {
  this.timeout(2 * engineTimeout);
  const served = new ServedLab("deploymentBakeMinutes=0");
  let load: ReturnType<typeof startLoad>;

  before(() => {
    load = startLoad(served.url, 2);
  });

  // ECS moves the requests to the other target group with each deployment, which the program never sees.
  for (const [change, what] of [
    ["deploymentStrategy=BLUE_GREEN", "starts to move requests, to the alternate target group"],
    ["deploymentStrategy=ROLLING", "returns to rolling deployments with that group"],
    [image(5), "drops the first group with the next update"],
    ["deploymentStrategy=CANARY", "moves the requests to a new first group"],
    [image(6), "moves them back again"],
    ["deploymentStrategy=ROLLING", "returns to rolling deployments with the alternate group"],
    ["deploymentStrategy=LINEAR", "moves requests before it has dropped the other group"],
  ] as const) {
    it(what, async () => {
      const { code, stdout, stderr } = await lab("up", "--state", served.state, "--config", change);
      assert.equal(code, 0, stdout + stderr);
    });
  }

  it("has failed no request, and ends with the two target groups of its strategy", async () => {
    const answers = await load.stop();
    assert.ok(answers.length > 100);
    assert.deepEqual(
      answers.filter(({ status }) => status !== 200),
      [],
    );
    served.process.child.kill("SIGINT");
    await served.process.exit();
    const groups = await withAccount(served.state, (account) =>
      account.list(TARGET_GROUP).map(({ outputs }: ResourceRecord) => outputs.name),
    );
    assert.deepEqual(groups.sort(), ["handson-80-alt-dev", "handson-80-dev"]);
  });
});

describe("a service that switches from CodeDeploy to ECS's own deployments and back, under load", function () {
  this.timeout(3 * engineTimeout);
  const chapter = ["chapters=cicd", "cicdDeploy=codedeploy", "deploymentBakeMinutes=0"];
  const served = new ServedLab(...chapter);
  let load: ReturnType<typeof startLoad>;

  before(() => {
    load = startLoad(served.url, 2);
  });

  const update = (change: string) => lab("up", "--state", served.state, "--config", change);

  /** Pushes the page with another heading, which the pipeline builds and deploys. */
  async function push(heading: string) {
    const folder = await mkdtemp(path.join(served.state, "source-"));
    for (const name of ["nginx", "buildspec_nginx.yml"]) {
      await cp(path.join(repository, name), path.join(folder, name), { recursive: true });
    }
    await writeFile(path.join(folder, "nginx", "html", "index.html"), heading);
    return lab("push", "--state", served.state, "--from", folder);
  }

  for (const [what, act] of [
    ["moves the requests to the alternate target group", () => push("by CodeDeploy")],
    ["switches to rolling deployments with that group", () => update("cicdDeploy=rolling")],
    ["is deployed by ECS", () => push("rolling")],
    ["drops the other group with the next update", () => update("logRetentionDays=7")],
    ["goes back to CodeDeploy", () => update("cicdDeploy=codedeploy")],
    ["moves the requests to the other group again", () => push("by CodeDeploy again")],
    ["switches to ECS's own blue/green deployments", () => update("cicdDeploy=bluegreen")],
    ["moves the requests by ECS", () => push("blue and green")],
  ] as const) {
    it(what, async () => {
      const { code, stdout, stderr } = await act();
      assert.equal(code, 0, stdout + stderr);
    });
  }

  it("has failed no request, and has answered with each page that was pushed", async () => {
    const answers = await load.stop();
    assert.deepEqual(
      answers.filter(({ status }) => status !== 200),
      [],
    );
    const pages = new Set(answers.map(({ body }) => body));
    for (const page of ["by CodeDeploy", "rolling", "by CodeDeploy again", "blue and green"]) {
      assert.ok(pages.has(page), page);
    }
  });
});
