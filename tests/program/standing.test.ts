import assert from "node:assert/strict";

import * as pulumi from "@pulumi/pulumi";

import { mayShareAPriority } from "../../settings";
import { type Answers, evaluateProgram, invokeError } from "./mocks";
import { pushed, pushedImages, runningService, standing, zone } from "./standingAccount";

const zones = (...letters: string[]) => ({
  availabilityZones: JSON.stringify(letters.map(zone)),
});
const byCodeDeploy = { chapters: '["cicd"]', cicdDeploy: "codedeploy" };
const shared = { sharedNetwork: "organization/ecs-handson/class" };

describe("an existing stack", () => {
  for (const [what, changes, stands] of [
    ["stays as it is", {}, {}],
    ["gets a zone after its existing ones", zones("a", "c", "d", "e"), {}],
    ["loses its last zone", zones("a", "c"), {}],
    ["lists its zones in another order", zones("d", "a", "c"), {}],
    ["continues after an interrupted update", {}, { subnets: { d: "10.0.96.0/20" } }],
    ["gets another NAT gateway under CodeDeploy", { ...byCodeDeploy, natGateways: "per-az" }, {}],
    ["stays in a class's network", shared, { own: false, vpcIds: ["vpc-shared"] }],
  ] as const) {
    it(what, async () => {
      const { resources } = await evaluateProgram(changes, "dev", standing(stands));
      assert.ok(resources.some(({ type }) => type === "aws:ecs/service:Service"));
    });
  }

  for (const [what, changes, stands, problem] of [
    [
      "another VPC block",
      { vpcCidrBlock: "10.1.0.0/16" },
      {},
      /vpcCidrBlock 10\.1\.0\.0\/16: the stack's VPC has 10\.0\.0\.0\/16, and a VPC keeps/,
    ],
    [
      "a zone between its existing ones",
      zones("a", "b", "c", "d"),
      {},
      /availabilityZones .*1b.*: the stack is in ap-northeast-1a, ap-northeast-1c, ap-northeast-1d;/,
    ],
    ["losing a zone before others", zones("c", "d"), {}, /can be added after these, or removed/],
    [
      "blocks of another layout",
      {},
      { subnets: { a: "10.0.0.0/19" } },
      /have another layout \(10\.0\.0\.0\/19 in ap-northeast-1a\)/,
    ],
    [
      "subnets in unknown positions",
      {},
      { numbers: {} },
      /have another layout \(10\.0\.0\.0\/20 in ap-northeast-1a\)/,
    ],
    [
      "another region",
      {},
      { region: "us-east-1" },
      /aws:region ap-northeast-1: the stack is in us-east-1/,
    ],
    [
      "public addresses under CodeDeploy",
      { ...byCodeDeploy, natGateways: "none" },
      {},
      /natGateways none: CodeDeploy deploys the service cicd-dev, .* first let ECS deploy it/,
    ],
    [
      "other zones under CodeDeploy",
      { ...byCodeDeploy, ...zones("a", "c") },
      {},
      /availabilityZones ap-northeast-1a, ap-northeast-1c: CodeDeploy deploys/,
    ],
    ["a class's network", shared, {}, /another network \(vpc-1\)/],
    ["another class's network", shared, { own: false }, /another network \(vpc-1\)/],
    [
      "a network of its own in place of a class's",
      {},
      { own: false },
      /sharedNetwork none: the stack is in a class's network \(vpc-1\)/,
    ],
  ] as const) {
    it(`refuses ${what}, and says what to do`, async () => {
      await assert.rejects(evaluateProgram(changes, "dev", standing(stands)), (error: Error) => {
        assert.ok(pulumi.RunError.isInstance(error));
        assert.match(error.message, /^the existing stack cannot be changed to this:\n {2}- /);
        assert.match(error.message, problem);
        assert.match(error.message, /\nUndo the change, or destroy the stack first\.$/);
        return true;
      });
    });
  }

  it("refuses a microservice with the priority on a class's listener that another one leaves", async () => {
    const owner = { sharedNetwork: shared.sharedNetwork, listenerSlot: 1 };
    const names = Array.from({ length: 200 }, (_, i) => `cart-${i}`);
    const [same, other] = [true, false].map((is) =>
      names.find((name) => mayShareAPriority(owner, "auth", name) === is),
    );
    const withCart = (name = "") => ({
      ...shared,
      chapters: '["microservices"]',
      microservicesImage: "1.0",
      microservices: JSON.stringify([{ name, paths: ["/c"], port: 80, healthCheckPath: "/" }]),
    });
    const stands = { ...standing({ own: false, vpcIds: ["vpc-shared"] }) };
    stands["pulumi:pulumi:readStackOutputs"] = () => ({
      outputs: { microservices: { services: { auth: {} } } },
    });
    await evaluateProgram(withCart(other), "dev", stands);
    await assert.rejects(
      evaluateProgram(withCart(same), "dev", stands),
      /microservices: "cart-\d+" may get the place of "auth" on the listener while that still exists/,
    );
  });

  describe("with images of its own", () => {
    const repository = "ecs-handson-dev/nginx";
    const url = `123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/${repository}`;

    /** An account whose repository has these tags, or fails with this error, and whose service, if any, runs this image. */
    const withImages = (tags: string[] | Error, runs?: string): Answers => ({
      ...standing({}),
      "aws:ecr/getImages:getImages": ({ repositoryName }) => {
        assert.equal(repositoryName, repository);
        if (tags instanceof Error) throw tags;
        // Images that lost their tag to the next one have none.
        const imageIds = ["", ...tags].map((imageTag) => ({ imageTag }));
        return { imageIds, registryId: "123456789012" };
      },
      "aws:ecs/getService:getService": ({ serviceName }) => {
        assert.equal(serviceName, "nginx-dev");
        if (runs === undefined) throw invokeError("no matching ECS Service found");
        return { ...runningService, capacityProviderStrategies: [] };
      },
      "aws:ecs/getContainerDefinition:getContainerDefinition": (args) => {
        assert.deepEqual(args, {
          containerName: "nginx",
          taskDefinition: runningService.taskDefinition,
        });
        return { image: runs };
      },
    });
    const deploy = (answers: Answers, nginxImage = "2.0") =>
      evaluateProgram({ chapters: '["ec2"]', nginxImage }, "dev", answers);
    const publicImage = "public.ecr.aws/docker/library/nginx:1.30.6-alpine";

    it("refuses one that nobody has pushed, with the commands that push it", async () => {
      await assert.rejects(deploy(withImages(["1", "1.1"], publicImage)), (error: Error) => {
        assert.ok(pulumi.RunError.isInstance(error));
        const [problem = "", ...commands] = error.message.split(/; first push it: | && /);
        assert.equal(
          problem,
          "no task could start from an image that does not exist:\n" +
            `  - nginxImage 2.0: the repository ${repository} has no image with this tag (it has 1, 1.1)`,
        );
        assert.deepEqual(commands.slice(1), [
          `docker build --platform linux/amd64 --tag ${url}:2.0 nginx`,
          `docker push ${url}:2.0`,
        ]);
        return true;
      });
    });

    it("accepts one that was pushed, one that it builds and a public one", async () => {
      await deploy(withImages(["1", "2.0"], publicImage));
      for (const image of ["build", "public"]) await deploy(withImages([], publicImage), image);
    });

    it("accepts the image that it runs, even if it is gone from the repository", async () => {
      await deploy(withImages(["1"], `${url}:2.0`));
      await assert.rejects(deploy(withImages(["1"], `${url}:12.0`)), /nginxImage 2\.0/);
    });

    it("refuses a missing one for a new service or a new repository, and says what to do first", async () => {
      await assert.rejects(deploy(withImages(["1"])), /\(it has 1\); first push it: aws ecr/);
      const missing = invokeError("RepositoryNotFoundException: The repository does not exist");
      const first =
        /the repository ecs-handson-dev\/nginx does not exist yet; first update with nginxImage=public, then push/;
      await assert.rejects(deploy(withImages(missing, publicImage)), first);
      const onNewStack = evaluateProgram({ chapters: '["ec2"]', nginxImage: "2.0" });
      await assert.rejects(onNewStack, first);
    });

    it("accepts one that no task needs, or that it is not allowed to look up", async () => {
      const withoutTasks = { chapters: '["ec2"]', nginxImage: "2.0", ec2DesiredCount: "0" };
      await evaluateProgram(withoutTasks);
      await assert.rejects(
        evaluateProgram({ ...withoutTasks, ec2SchedulingStrategy: "DAEMON" }),
        /does not exist yet/,
      );
      await deploy(withImages(invokeError("AccessDeniedException"), publicImage));
    });

    it("refuses another microservice until its image exists, unless it has no tasks yet", async () => {
      const more = (desiredCount: number) => ({
        chapters: '["microservices"]',
        microservicesImage: "2.0",
        microservices: JSON.stringify([
          { name: "cart", paths: ["/cart"], port: 80, healthCheckPath: "/", desiredCount },
        ]),
      });
      const none = {
        ...standing({}),
        "aws:ecr/getImages:getImages": () => {
          throw invokeError("RepositoryNotFoundException: The repository does not exist");
        },
      };
      await assert.rejects(
        evaluateProgram(more(1), "dev", none),
        /cart does not exist yet; first update with microservicesImage=build, or with desiredCount 0 for "cart", then/,
      );
      await evaluateProgram(more(0), "dev", none);
    });

    it("refuses the missing ones of all its microservices in one error", async () => {
      const changes = { chapters: '["microservices"]', microservicesImage: "3.0" };
      const stands = {
        ...withImages([], publicImage),
        "aws:ecr/getImages:getImages": () => ({ imageIds: [], registryId: "123456789012" }),
        "aws:ecs/getService:getService": () => ({ ...runningService, schedulingStrategy: "" }),
        "aws:ecs/getContainerDefinition:getContainerDefinition": () => ({ image: "another" }),
      };
      await assert.rejects(evaluateProgram(changes, "dev", stands), (error: Error) => {
        const [, ...problems] = error.message.split("\n");
        assert.equal(problems.length, 3);
        for (const [i, name] of ["auth", "products", "shop"].entries()) {
          assert.match(
            problems[i] ?? "",
            new RegExp(
              `microservicesImage 3\\.0: .* ecs-handson-dev/${name} .* services/${name} &&`,
            ),
          );
        }
        return true;
      });
    });
  });

  it("refuses to build a microservice without a folder to build it from", async () => {
    const service = { paths: ["/solo"], port: 80, healthCheckPath: "/" };
    const changes = (name: string) => ({
      chapters: '["microservices"]',
      microservices: JSON.stringify([{ name, ...service }]),
    });
    await evaluateProgram(changes("auth"));
    await assert.rejects(evaluateProgram(changes("solo")), (error: Error) => {
      assert.ok(pulumi.RunError.isInstance(error));
      assert.match(
        error.message,
        /^microservices: "solo" has no services\/solo\/Dockerfile to build/,
      );
      return true;
    });
    await evaluateProgram({ ...changes("solo"), microservicesImage: "1.0" }, "dev", pushed("1.0"));
  });

  describe("on a class's listener", () => {
    const listenerRule = "aws:lb/getListenerRule:getListenerRule";
    const withRules = (rules: Record<number, Record<string, string>>, asked: unknown[] = []) => ({
      ...standing({ own: false, vpcIds: ["vpc-shared"] }),
      [listenerRule]: ({ listenerArn, priority }: Record<string, unknown>) => {
        assert.equal(listenerArn, "arn:aws:mock:::shared-http");
        asked.push(priority);
        const tags = rules[priority as number];
        if (tags === undefined) throw invokeError("reading Listener Rule: empty result");
        return { arn: `arn:rule/${String(priority)}`, tags };
      },
    });
    const mine = { project: "ecs-handson", stack: "dev" };
    const all = {
      ...shared,
      listenerSlot: "7",
      chapters: '["fargate","ec2","cicd"]',
      deploymentStrategy: "LINEAR",
      cicdDeploy: "canary",
    };

    it("refuses priorities that others' rules have, and looks up only its own", async () => {
      const asked: number[] = [];
      const rules = { 700: { ...mine, stack: "alice" }, 690: mine, 684: {}, 1: {} };
      await assert.rejects(evaluateProgram(all, "dev", withRules(rules, asked)), (error: Error) => {
        assert.ok(pulumi.RunError.isInstance(error));
        assert.equal(
          error.message,
          "listenerSlot 7: of the shared listener's priorities 601 to 700 some are taken " +
            "(700 by the stack alice, 684 by arn:rule/684); give this stack a slot that no other stack has",
        );
        return true;
      });
      assert.deepEqual(asked.sort(), [684, 685, 690, 699, 700]);
    });

    it("keeps its priorities, and takes free ones", async () => {
      const asked: number[] = [];
      const rules = { 700: mine, 690: mine, 600: {}, 701: {} };
      const { resources, warnings } = await evaluateProgram(
        { ...all, deploymentStrategy: "ROLLING", cicdDeploy: "codedeploy" },
        "dev",
        withRules(rules, asked),
      );
      const wanted = resources
        .filter(({ type }) => type === "aws:lb/listenerRule:ListenerRule")
        .map(({ inputs }) => inputs.priority);
      assert.deepEqual(wanted.sort(), [685, 690, 700]);
      assert.deepEqual(asked.sort(), wanted);
      assert.deepEqual(warnings, []);
    });

    it("looks up the priorities of all microservices", async () => {
      const asked: number[] = [];
      const { resources } = await evaluateProgram(
        { ...shared, chapters: '["microservices"]', microservicesImage: "1.0" },
        "dev",
        { ...withRules({}, asked), ...pushedImages("1.0") },
      );
      const wanted = resources
        .filter(({ type }) => type === "aws:lb/listenerRule:ListenerRule")
        .map(({ inputs }) => inputs.priority);
      assert.equal(wanted.length, 3);
      assert.deepEqual(asked.sort(), wanted.sort());
    });

    it("only warns if it cannot be determined who has its priorities", async () => {
      const { warnings } = await evaluateProgram({ ...shared, listenerSlot: "7" }, "dev", {
        ...withRules({}),
        [listenerRule]: () => {
          throw invokeError("AccessDenied: not authorized to perform DescribeRules");
        },
      });
      assert.match(
        warnings.join("\n"),
        /whether another stack has priority 700 of the shared listener could not be determined: .*AccessDenied/,
      );
    });
  });

  describe("with a service whose requests were moved", () => {
    const group = (name: string) =>
      `arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:targetgroup/${name}/1`;
    type Slot = "first" | "alternate";

    /** Which target group the service has, and how many there are. */
    async function groupsOf(
      { by = "BLUE_GREEN", own = "first" as Slot, serving = "alternate" as Slot, name = "handson" },
      changes: Record<string, string>,
    ) {
      const groups = { first: group(`${name}-80-dev`), alternate: group(`${name}-80-alt-dev`) };
      const { resources } = await evaluateProgram(changes, "dev", {
        ...standing({}),
        "pulumi:pulumi:readStackOutputs": () => ({
          outputs: {
            fargate: { listenerRuleArn: "arn:rule" },
            cicd: { listenerRuleArn: "arn:rule" },
          },
        }),
        "aws:lb/getListenerRule:getListenerRule": ({ arn }) => {
          assert.equal(arn, "arn:rule");
          const targetGroups = Object.entries(groups).map(([slot, arn]) => ({
            arn,
            weight: slot === serving ? 100 : 0,
          }));
          return { actions: [{ forwards: [{ targetGroups }] }] };
        },
        "aws:ecs/getService:getService": () => ({
          ...runningService,
          deploymentConfigurations: by === "CODE_DEPLOY" ? [] : [{ strategy: by }],
          deploymentControllers: [{ type: by === "CODE_DEPLOY" ? by : "ECS" }],
          loadBalancers: [{ targetGroupArn: groups[own], advancedConfigurations: [] }],
          networkConfigurations: [{ assignPublicIp: false, subnets: ["a", "c", "d"] }],
        }),
      });
      const named = (type: string) => resources.filter((one) => one.type === type);
      const slot = (arn: unknown) => (String(arn).endsWith("-alternate") ? "alternate" : "first");
      const [service] = named("aws:ecs/service:Service");
      const [loadBalancer] = service?.inputs.loadBalancers as { targetGroupArn: string }[];
      return [slot(loadBalancer?.targetGroupArn), named("aws:lb/targetGroup:TargetGroup").length];
    }

    it("continues with the group that has the tasks, and keeps the other for one update", async () => {
      assert.deepEqual(await groupsOf({}, {}), ["alternate", 2]);
      assert.deepEqual(await groupsOf({ serving: "first" }, {}), ["first", 2]);
      assert.deepEqual(await groupsOf({ by: "ROLLING", own: "alternate" }, {}), ["alternate", 1]);
    });

    it("keeps its own group as long as a strategy moves the requests", async () => {
      const linear = { deploymentStrategy: "LINEAR" };
      assert.deepEqual(await groupsOf({}, linear), ["first", 2]);
      assert.deepEqual(await groupsOf({ by: "CANARY", own: "alternate" }, linear), [
        "alternate",
        2,
      ]);
      assert.deepEqual(await groupsOf({ by: "ROLLING", own: "alternate" }, linear), [
        "alternate",
        2,
      ]);
    });

    it("takes over the group with the tasks from CodeDeploy", async () => {
      const cicd = (cicdDeploy: string) => ({ chapters: '["cicd"]', cicdDeploy });
      const stands = { by: "CODE_DEPLOY", name: "cicd" };
      assert.deepEqual(await groupsOf(stands, cicd("rolling")), ["alternate", 2]);
      assert.deepEqual(await groupsOf(stands, cicd("bluegreen")), ["alternate", 2]);
      assert.deepEqual(await groupsOf(stands, cicd("codedeploy")), ["first", 2]);
    });
  });

  describe("with a running service", () => {
    const serviceOf = async (
      runs: { strategies?: unknown[]; scheduling?: string } | Error,
      changes: Record<string, string> = {},
    ) => {
      const { resources } = await evaluateProgram(changes, "dev", {
        ...standing({}),
        "aws:ecs/getService:getService": ({ clusterArn, serviceName }) => {
          assert.equal(clusterArn, serviceName);
          if (runs instanceof Error) throw runs;
          const { strategies = [], scheduling = "REPLICA" } = runs;
          return {
            capacityProviderStrategies: strategies,
            networkConfigurations: [],
            schedulingStrategy: scheduling,
          };
        },
      });
      const inputs = resources.find(({ type }) => type === "aws:ecs/service:Service")?.inputs;
      return [inputs?.launchType, inputs?.capacityProviderStrategies, inputs?.forceNewDeployment];
    };
    const all = [{ capacityProvider: "FARGATE", weight: 1, base: 0 }];
    const spot = [
      { capacityProvider: "FARGATE", weight: 1, base: 0 },
      { capacityProvider: "FARGATE_SPOT", weight: 3, base: 0 },
    ];

    it("keeps it on a strategy without Spot, as a launch type would replace it", async () => {
      assert.deepEqual(await serviceOf({ strategies: spot }), [undefined, all, true]);
      assert.deepEqual(await serviceOf({ strategies: all }), [undefined, all, undefined]);
    });

    it("gives it the tutorial's launch type if it has that, or does not exist", async () => {
      const launchType = ["FARGATE", undefined, undefined];
      assert.deepEqual(await serviceOf({}), launchType);
      assert.deepEqual(await serviceOf(new Error("no such service")), launchType);
    });

    it("moves it to Spot from either, with a new deployment if that is a change", async () => {
      const changes = { fargateSpotWeight: "3" };
      assert.deepEqual(await serviceOf({}, changes), [undefined, spot, true]);
      assert.deepEqual(await serviceOf({ strategies: all }, changes), [undefined, spot, true]);
      assert.deepEqual(await serviceOf({ strategies: spot }, changes), [
        undefined,
        spot,
        undefined,
      ]);
      const gone = await serviceOf(new Error("no such service"), changes);
      assert.deepEqual(gone, [undefined, spot, undefined]);
    });

    it("keeps its strategy if it is replaced because of another name", async () => {
      const { resources } = await evaluateProgram({ name: "web" }, "dev", {
        ...standing({}),
        "pulumi:pulumi:readStackOutputs": () => ({
          outputs: { fargate: { clusterName: "handson-dev", serviceName: "handson-dev" } },
        }),
        "aws:ecs/getService:getService": ({ serviceName }) => {
          assert.equal(serviceName, "handson-dev");
          return { capacityProviderStrategies: all };
        },
      });
      const service = resources.find(({ type }) => type === "aws:ecs/service:Service");
      assert.equal(service?.inputs.name, "web-dev");
      assert.deepEqual(service.inputs.capacityProviderStrategies, all);
    });

    it("replaces it for another scheduling strategy, with a new deployment so that the plan passes", async () => {
      const daemon = { chapters: '["ec2"]', ec2SchedulingStrategy: "DAEMON" };
      assert.deepEqual(await serviceOf({}, daemon), ["EC2", undefined, true]);
      assert.deepEqual(await serviceOf({ scheduling: "DAEMON" }, daemon), [
        "EC2",
        undefined,
        undefined,
      ]);
    });
  });
});
