import assert from "node:assert/strict";

import { taskMeant } from "../../../../lab/ui/commands/stopTask";

type Plane = Parameters<typeof taskMeant>[0];
type Task = Plane["services"][number]["tasks"][number];

const task = (id: string, lastStatus: Task["lastStatus"] = "RUNNING"): Task => ({
  arn: `arn:aws:ecs:ap-northeast-1:123456789012:task/handson-dev/${id}`,
  deploymentId: "ecs-svc/1",
  taskDefinition: "handson-dev:1",
  revision: 1,
  lastStatus,
  desiredStatus: lastStatus === "STOPPED" ? "STOPPED" : "RUNNING",
  health: "HEALTHY",
  runtime: "static",
  launchType: "FARGATE",
  containers: [],
});

const plane: Plane = {
  loadBalancers: [],
  targetGroups: [],
  services: [
    {
      arn: "arn:service",
      name: "handson-dev",
      cluster: "handson-dev",
      status: "ACTIVE",
      schedulingStrategy: "REPLICA",
      desiredCount: 2,
      runningCount: 2,
      pendingCount: 0,
      deployments: [],
      tasks: [task("0a1b"), task("0a2c"), task("ff00", "STOPPED")],
      events: [],
    },
  ],
  instances: [],
  tasks: [{ ...task("beef"), cluster: "jobs", group: "family:job", startedBy: "me" }],
  schedules: [],
};

describe("the task to stop", () => {
  it("is a service's oldest running one, or the one whose id begins as given", () => {
    assert.equal(taskMeant(plane, "handson-dev").id, "0a1b");
    assert.equal(taskMeant(plane, "0a2").id, "0a2c");
    assert.equal(taskMeant(plane, task("0a2c").arn).service, "handson-dev");
    assert.deepEqual(
      [taskMeant(plane, "be").cluster, taskMeant(plane, "be").service],
      ["jobs", undefined],
    );
  });

  it("is rejected if none matches, several do, or it has stopped", () => {
    assert.throws(
      () => taskMeant(plane, "handson"),
      /no running task has an ID that begins with handson, and no service has that name; the services are handson-dev$/,
    );
    assert.throws(() => taskMeant(plane, "0a"), /several tasks match: 0a1b, 0a2c$/);
    assert.throws(
      () => taskMeant(plane, "ff00"),
      /no running task has an ID that begins with ff00/,
    );
    assert.throws(
      () => taskMeant(plane, ""),
      /name a task or a service; the services are handson-dev$/,
    );
  });
});
