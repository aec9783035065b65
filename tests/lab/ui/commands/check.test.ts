import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { chapterNamed, describeCheck, judge } from "../../../../lab/ui/commands/check/check";
import type { ServedPlane } from "../../../../lab/host/host";
import { checkedChapters } from "../../../../lab/ui/commands/check/chapters";
import {
  ask,
  type LoadBalancerRequest,
  type Service,
  type LearnerStack,
} from "../../../../lab/ui/commands/check/stackView";
import { pagesIn } from "../../../docs/pages";

type Task = Service["tasks"][number];

const zones = ["ap-northeast-1a", "ap-northeast-1c", "ap-northeast-1d"];
const shift = "lifecycle stage PRODUCTION_TRAFFIC_SHIFT: 100% of the production traffic on …";
const ownImage = "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/ecs-handson-dev/nginx:1";
const commit = "0eec9ed1c2b3a4958677685940312213f0e1d2c3";

/** A running task of `service`. */
function task(service: string, number: number, more: Partial<Task> = {}): Task {
  return {
    arn: `arn:task/${service}/${number}`,
    deploymentId: "ecs-svc/2",
    taskDefinition: `${service}:2`,
    revision: 2,
    lastStatus: "RUNNING",
    desiredStatus: "RUNNING",
    health: "HEALTHY",
    runtime: "static",
    launchType: "FARGATE",
    availabilityZone: zones[number % 3],
    address: `127.0.0.1:${9000 + number}`,
    startedAt: "2026-11-29T00:00:00.000Z",
    containers: [{ name: service, image: "nginx:1", essential: true, lastStatus: "RUNNING" }],
    ...more,
  };
}

const stopped = (service: string, number: number): Task =>
  task(service, number, { lastStatus: "STOPPED", health: "UNKNOWN", stopCode: "UserInitiated" });

function service(name: string, more: Partial<Service> = {}): Service {
  const { tasks = [task(name, 0), task(name, 1), stopped(name, 2)] } = more;
  return {
    arn: `arn:service/${name}`,
    name,
    cluster: name,
    status: "ACTIVE",
    schedulingStrategy: "REPLICA",
    desiredCount: 2,
    runningCount: 2,
    pendingCount: 0,
    deployments: [
      {
        id: "ecs-svc/2",
        strategy: "CANARY",
        createdAt: "2026-01-01T00:00:00.000Z",
        updatedAt: "2026-01-01T00:01:00.000Z",
        status: "PRIMARY",
        taskDefinition: `${name}:2`,
        rolloutState: "COMPLETED",
        rolloutStateReason: "",
        failedTasks: 0,
        runningCount: 2,
        pendingCount: 0,
      },
    ],
    events: [],
    ...more,
    tasks,
  };
}

const withEvents = (...messages: string[]): Partial<Service> => ({
  events: messages.map((message) => ({ at: "2026-11-29T00:00:00.000Z", message })),
});

const withImage = (name: string, image: string, instanceId?: string): Partial<Service> => ({
  tasks: [0, 1].map((number) =>
    task(name, number, {
      instanceId: instanceId ?? `i-${number}`,
      containers: [{ name, image, essential: true, lastStatus: "RUNNING" }],
    }),
  ),
});

/** All services of the program by their components, in a state in which each chapter's points are reached. */
const all = (): Record<string, Service> => ({
  fargate: service("handson", {
    ...withEvents(shift, "(service handson) rolling back to (deployment ecs-svc/1)."),
    tasks: [...(withImage("handson", ownImage).tasks ?? []), stopped("handson", 2)],
  }),
  "ec2-service": service("nginx", {
    ...withEvents("(service nginx) was unable to place a task because no container instance …"),
    ...withImage("nginx", ownImage),
  }),
  "cicd-service": service("cicd", withImage("cicd", `1.dkr.ecr.x.amazonaws.com/y:${commit}`)),
  auth: service("auth"),
  products: service("products"),
  shop: service("shop"),
  managed: service("managed", {
    ...withEvents("(service managed) was unable to place a task because no container instance …"),
    ...withImage("managed", "nginx:1", "i-managed"),
  }),
  express: service("express", withEvents("(service express) lifecycle stage BAKE_TIME.")),
});

const instance = (number: number): ServedPlane["instances"][number] => ({
  id: `i-${number}`,
  containerInstanceId: "c",
  autoScalingGroup: "nginx",
  cluster: "nginx",
  instanceType: "t3.micro",
  zone: zones[number] ?? "",
  status: "ACTIVE",
  cpu: { used: 0, free: 2048 },
  memory: { used: 0, free: 921 },
  interfaces: { used: 1, free: 0 },
  tasks: [],
});

/** An instance that ECS launched, which belongs to no group. */
const managedInstance = (): ServedPlane["instances"][number] => ({
  ...instance(0),
  id: "i-managed",
  autoScalingGroup: undefined,
});

const run = (status: "Succeeded" | "Failed") => ({
  id: status,
  trigger: "push",
  pushedCommit: commit,
  commit,
  status,
  startedAt: "2026-11-29T00:00:00.000Z",
  stages: [{ name: "Build", status, actions: [] }],
});

const typeOf = (component: string): string =>
  component === "express" ? "expressGatewayService:ExpressGatewayService" : "service:Service";

/** A stack on which the points of every chapter are reached; each service answers to a host of its name. */
function reached(services: Record<string, Service> = all()): LearnerStack & { plane: ServedPlane } {
  const list = Object.values(services);
  const group = ({ name }: Service) => `arn:group/${name}`;
  const plane: ServedPlane = {
    loadBalancers: [
      {
        arn: "arn:lb",
        name: "handson",
        dnsName: "handson.localhost",
        listeners: [
          {
            arn: "arn:listener",
            protocol: "HTTP",
            port: 80,
            localUrl: "http://127.0.0.1:8080/",
            rules: list.map((one, priority) => ({
              priority,
              conditions: `host ${one.name}.example`,
              action: "forward",
              targetGroups: [{ arn: group(one), weight: 100 }],
            })),
          },
        ],
      },
    ],
    targetGroups: list.map((one) => ({
      arn: group(one),
      name: one.name,
      targets: one.tasks.flatMap(({ address = "", arn, lastStatus }) =>
        lastStatus === "RUNNING" ? [{ address, taskArn: arn, state: "healthy" as const }] : [],
      ),
    })),
    services: list,
    instances: [instance(0), instance(1), managedInstance()],
    tasks: [],
    schedules: [],
  };
  return {
    plane,
    stack: "dev",
    status: {
      stacks: { dev: 52 },
      reports: [
        {
          stack: "dev",
          operation: "preview",
          result: "succeeded",
          at: "2026-11-29T00:00:00.000Z",
          changes: {},
          errors: 0,
          findings: [],
        },
      ],
      plane,
      pipelines: [
        { name: "cicd", executionMode: "SUPERSEDED", runs: [run("Failed"), run("Succeeded")] },
      ],
    },
    resources: Object.entries(services).map(([component, { arn }]) => ({
      urn: `urn:pulumi:dev::ecs-handson::x$aws:ecs/${typeOf(component)}::${component}-service`,
      id: arn,
    })),
    ask: ({ host = "" }) => Promise.resolve(host.endsWith(".example") ? 200 : 404),
  };
}

const chapter = (name: string) => chapterNamed(name);

/** The points that a check finds missing. */
async function missing(name: string, view: LearnerStack): Promise<string[]> {
  const { points } = await judge(chapter(name), view);
  return points.filter((one) => !one.reached).map(({ point }) => point);
}

describe("a check of what a learner reaches in a chapter", () => {
  for (const { page } of checkedChapters.filter((one) => one.page !== "09-class")) {
    it(`passes if all points of ${page} are reached`, async () => {
      assert.deepEqual(await missing(page, reached()), []);
    });
  }

  it("exists for the first page and for the chapters that deploy something, and only for pages that exist", () => {
    const pages = pagesIn("docs/tutorial").map((page) => page.replace(/^.*\/|\.md$/g, ""));
    const checked = checkedChapters.map(({ page }) => page);
    assert.deepEqual(
      checked.filter((page) => !pages.includes(page)),
      [],
    );
    const wanted = pages.filter((page) => /^0[1-79]-|^1[01]-|^00-start/.test(page));
    assert.deepEqual(
      wanted.filter((page) => !checked.includes(page)),
      [],
    );
  });

  it("passes in the last chapter once nothing is left, and not before", async () => {
    const view = { ...reached(), resources: [] };
    assert.equal((await missing("09", view)).length, 0);
    assert.deepEqual(await missing("09", reached()), [
      "the account has nothing of your stack any more",
    ]);
    const others = { ...view, status: { ...view.status, stacks: { "spring-bob": 46 } } };
    assert.deepEqual(await missing("09", others), ["nor of any other, such as those of a class"]);
  });

  it("asks to serve the lab if nothing is served, and counts all points as missing", async () => {
    const view = reached();
    const status = { stacks: view.status.stacks, reports: view.status.reports };
    const report = await judge(chapter("1"), { ...view, status });
    assert.deepEqual(
      report.points.flatMap(({ todo }) => todo ?? []),
      ["npm start, in a terminal of its own"],
    );
    assert.ok(report.points.every((one) => !one.reached));
  });

  /** What was not done, with the points that are missing because of it. */
  const wants: [string, string, (services: Record<string, Service>) => void, RegExp][] = [
    [
      "01",
      "one task",
      (services) => {
        services.fargate = service("handson", {
          tasks: [task("handson", 0), stopped("handson", 1)],
        });
      },
      /^two healthy tasks.*\|they are in two/,
    ],
    [
      "01",
      "no task stopped",
      (services) => {
        services.fargate = service("handson", { tasks: [task("handson", 0), task("handson", 1)] });
      },
      /^you stopped a task, and/,
    ],
    [
      "03",
      "tasks that run on no instance",
      (services) => {
        services["ec2-service"] = service("nginx");
      },
      /^the EC2 service is steady, and all of its tasks run on instances$/,
    ],
    [
      "02",
      "the public image",
      (services) => {
        services.fargate = service("handson", withImage("handson", "public.ecr.aws/x/nginx:1"));
      },
      /^the service on Fargate runs an image of the stack's own ECR repository$/,
    ],
    [
      "04",
      "an image that no push built",
      (services) => {
        services["cicd-service"] = service("cicd");
      },
      /^the service runs the image of a commit that you pushed$/,
    ],
    [
      "05",
      "no rollback",
      (services) => {
        services.fargate = service("handson", withEvents(shift));
      },
      /^a deployment failed and was rolled back$/,
    ],
    [
      "05",
      "only rolling updates",
      (services) => {
        services.fargate = service("handson", withEvents("rolling back to (deployment 1)."));
      },
      /^requests moved to new tasks in steps or at once/,
    ],
    [
      "06",
      "room for all tasks",
      (services) => {
        services["ec2-service"] = service("nginx");
      },
      /^tasks of the EC2 service found no room/,
    ],
    [
      "06",
      "only one task all the time",
      (services) => {
        services.fargate = service("handson", { tasks: [task("handson", 0)] });
      },
      /^the service on Fargate got more tasks/,
    ],
    [
      "07",
      "a service missing",
      (services) => {
        delete services.auth;
      },
      /^auth, products and shop are steady$/,
    ],
    [
      "07",
      "no task of products stopped",
      (services) => {
        services.products = service("products", { tasks: [task("products", 0)] });
      },
      /^shop stayed up while a task of products was stopped$/,
    ],
    [
      "10",
      "tasks on instances of an Auto Scaling group",
      (services) => {
        services.managed = service("managed", {
          ...services.managed,
          ...withImage("managed", "nginx:1"),
        });
      },
      /^the service is steady, and all of its tasks run on instances of no Auto Scaling group$/,
    ],
    [
      "10",
      "the first revision and room for all tasks",
      (services) => {
        services.managed = service("managed", {
          tasks: [task("managed", 0, { instanceId: "i-managed", revision: 1 })],
        });
      },
      /^no instance had room for a task[^|]*\|a larger task, of a new revision[^|]*$/,
    ],
    [
      "11",
      "the first revision, which no canary brought",
      (services) => {
        services.express = service("express", { tasks: [task("express", 0, { revision: 1 })] });
      },
      /^a new revision came by a canary, and has all requests$/,
    ],
  ];
  for (const [name, what, change, points] of wants) {
    it(`fails in chapter ${name} with ${what}`, async () => {
      const services = all();
      change(services);
      assert.match((await missing(name, reached(services))).join("|"), points);
    });
  }

  it("fails while a page does not answer 200, and requests each service by its own host", async () => {
    const asked: LoadBalancerRequest[] = [];
    const view: LearnerStack = {
      ...reached(),
      ask: (request) => {
        asked.push(request);
        return Promise.resolve(503);
      },
    };
    assert.deepEqual(await missing("03", view), [
      "GET / of the ec2-service service answers 200 through the load balancer",
    ]);
    assert.deepEqual(
      asked.map(({ host, url }) => [host, url.href]),
      [["nginx.example", "http://127.0.0.1:8080/"]],
    );
  });

  it("fails without a push, without a failed build, and with instances in one zone", async () => {
    const { status, plane, ...rest } = reached();
    const [pipeline] = status.pipelines ?? [];
    assert.ok(pipeline);
    const withRuns = (...runs: typeof pipeline.runs): LearnerStack => ({
      ...rest,
      status: { ...status, pipelines: [{ ...pipeline, runs }] },
    });
    assert.match((await missing("04", withRuns(run("Failed")))).join(), /^a push went through/);
    assert.match((await missing("04", withRuns(run("Succeeded")))).join(), /^a build failed/);
    const oneZone = { ...plane, instances: [instance(0)] };
    assert.match(
      (await missing("03", { ...rest, status: { ...status, plane: oneZone } })).join(),
      /^two instances are ACTIVE/,
    );
  });

  it("says what to do on the learner's own stack", async () => {
    const view = { ...reached(), stack: "alice", resources: [] };
    const { points } = await judge(chapter("1"), view);
    assert.ok(points.some(({ todo }) => todo === "npm run lab -- stop-task handson-alice"));
    assert.ok(
      points.some(({ todo }) => todo === "npm run lab -- up --stack alice --config desiredCount=2"),
    );
  });

  it("is printed as a list, with what to do under each point that is missing", async () => {
    const services = all();
    services["ec2-service"] = service("nginx", { notSteadyBecause: "0 of 2 tasks run" });
    const text = describeCheck(await judge(chapter("3"), reached(services)));
    // eslint-disable-next-line no-control-regex
    const lines = text.replace(/\u001b\[\d+m/g, "").split("\n");
    assert.equal(lines[0], "✓ the lab is being served");
    assert.equal(lines[2], "✗ the EC2 service is steady, and all of its tasks run on instances");
    assert.equal(lines[3], "    npm run lab -- up --config chapters=fargate,ec2");
    assert.equal(lines.at(-2), "Chapter 03-ec2: 4 of 5 points reached on stack dev");
  });
});

describe("the chapter that a check is asked for", () => {
  it("is found by its number, its name, both, or its page", () => {
    for (const name of ["1", "01", "fargate", "Fargate", "01-fargate", "01-fargate.md"]) {
      assert.equal(chapterNamed(name).page, "01-fargate");
    }
  });

  it("is rejected with a suggestion and the list if it does not exist", () => {
    assert.throws(
      () => chapterNamed("fargat"),
      /^Error: no chapter fargat to check, did you mean fargate\?; there are 00-start, 01-fargate, /,
    );
    assert.throws(() => chapterNamed("kubernetes"), /no chapter kubernetes to check; there are/);
  });
});

describe("a check's request", () => {
  it("gets the status that a host answers, and undefined if nothing answers", async () => {
    const server = createServer(({ headers }, response) => {
      response.writeHead(headers.host === "nginx.example" ? 200 : 404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    assert.equal(await ask({ url, host: "nginx.example" }), 200);
    assert.equal(await ask({ url }), 404);
    await new Promise((resolve) => server.close(resolve));
    assert.equal(await ask({ url }), undefined);
  });
});
