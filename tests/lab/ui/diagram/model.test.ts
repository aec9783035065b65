import assert from "node:assert/strict";

import fc from "fast-check";

import { resourceTypes } from "../../../../lab/account/types/registry";
import { drawSvg } from "../../../../lab/ui/diagram/drawSvg";
import { isKnownType } from "../../../../lab/ui/diagram/model";
import {
  arrowsOf,
  draw,
  network,
  openRules,
  resource,
  service,
  tokens,
  traffic,
  urnOf,
  wholeStack,
} from "./fixture";

const box = (architecture: ReturnType<typeof draw>, type: string, name: string) => {
  const found = architecture.boxes.find(({ key }) => key === urnOf(type, name));
  assert.ok(found, `no box for ${name}`);
  return found;
};

const texts = (found: ReturnType<typeof box>) => found.lines.map(({ text }) => text);

describe("the picture of a stack", () => {
  it("has zones with their subnets, told apart by their default routes", () => {
    const architecture = draw([
      ...network(),
      resource(tokens.subnet, "lonely", {
        vpcId: "vpc",
        availabilityZone: "d",
        cidrBlock: "10.0.99.0/24",
      }),
    ]);
    const kinds = architecture.boxes
      .filter(({ shape }) => shape === "subnet")
      .map(({ kind, title, parent = "" }) => `${parent.split(" ").at(-1) ?? ""} ${kind} ${title}`);
    assert.deepEqual(kinds, [
      "a private subnet 10.0.10.0/24",
      "a public subnet 10.0.0.0/24",
      "c private subnet 10.0.11.0/24",
      "c public subnet 10.0.1.0/24",
      "d isolated subnet 10.0.99.0/24",
    ]);
  });

  it("takes routes written in their table as it takes those of their own", () => {
    const inline = network().filter(({ type }) => type !== tokens.route);
    const tables = inline.map((item) =>
      item.urn === urnOf(tokens.routeTable, "public-a-table")
        ? resource(tokens.routeTable, "public-a-table", {
            vpcId: "vpc",
            routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: "gateway" }],
          })
        : item,
    );
    const architecture = draw(tables);
    assert.equal(box(architecture, tokens.subnet, "public-a").kind, "public subnet");
    assert.equal(box(architecture, tokens.subnet, "public-c").kind, "isolated subnet");
  });

  it("notes in each subnet what stands there", () => {
    const architecture = draw(wholeStack());
    assert.deepEqual(texts(box(architecture, tokens.subnet, "public-a")), [
      "NAT gateway",
      "load balancer alb",
    ]);
    assert.deepEqual(texts(box(architecture, tokens.subnet, "private-c")), ["tasks of web"]);
  });

  it("lists a load balancer's rules by priority, with their conditions", () => {
    const first = resource(tokens.rule, "a-first", {
      listenerArn: "arn:listener",
      priority: 2,
      conditions: [
        { hostHeader: { values: ["a.example", "b.example"] } },
        { httpHeader: { httpHeaderName: "X-Beta", values: ["yes"] } },
      ],
      actions: [{ type: "fixed-response", fixedResponse: { statusCode: "410" } }],
    });
    const { lines } = box(draw([...wholeStack(), first]), tokens.loadBalancer, "alb");
    assert.deepEqual(
      lines.map(({ text }) => text),
      [
        "internet-facing",
        "HTTP :80, by default answer 404",
        "2. host a.example or b.example and X-Beta yes: answer 410",
        "10. path /web/*",
      ],
    );
  });

  it("follows requests from the internet through the gateway to the tasks and out again", () => {
    assert.deepEqual(arrowsOf(draw(wholeStack())).sort(), [
      "alb -> targets: rule 10",
      "gateway -> alb: tcp 80",
      "internet -> gateway: ",
      "targets -> web: tcp 80",
      "vpc NAT gateways -> internet, as a destination: ",
      "web -> token: reads",
      "web -> vpc NAT gateways: all traffic",
    ]);
  });

  it("says where security groups refuse what a load balancer should send", () => {
    const closed = openRules().filter(({ urn }) => !urn.endsWith("::from-alb"));
    const architecture = draw([...network(), ...traffic(), ...closed]);
    assert.deepEqual(arrowsOf(architecture, "refused"), ["targets -> web: tcp 80 refused"]);
  });

  it("gives each target group of a weighted rule its weight", () => {
    const weighted = wholeStack().map((item) =>
      item.urn === urnOf(tokens.rule, "rule")
        ? resource(tokens.rule, "rule", {
            listenerArn: "arn:listener",
            priority: 10,
            conditions: [{ pathPattern: { values: ["*"] } }],
            actions: [
              {
                type: "forward",
                forward: {
                  targetGroups: [
                    { arn: "arn:targets", weight: 90 },
                    { arn: "arn:green", weight: 10 },
                  ],
                },
              },
            ],
          })
        : item,
    );
    const green = resource(tokens.targetGroup, "green", { vpcId: "vpc", port: 80 });
    assert.deepEqual(arrowsOf(draw([...weighted, green]), "forward").slice(0, 2), [
      "internet -> gateway: ",
      "vpc NAT gateways -> internet, as a destination: ",
    ]);
    assert.deepEqual(arrowsOf(draw([...weighted, green]), "forward").slice(2), [
      "alb -> green: rule 10, weight 10",
      "alb -> targets: rule 10, weight 90",
    ]);
  });

  it("follows values that only the update will know to the resources behind them", () => {
    const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
    const planned = wholeStack().map((item) =>
      item.urn === urnOf(tokens.service, "web")
        ? resource(
            tokens.service,
            "web",
            {
              ...item.inputs,
              cluster: unknown,
              loadBalancers: [{ targetGroupArn: unknown, containerPort: 80 }],
            },
            {
              propertyDependencies: {
                cluster: [urnOf(tokens.cluster, "cluster")],
                loadBalancers: [urnOf(tokens.targetGroup, "targets")],
              },
            },
          )
        : item,
    );
    assert.deepEqual(arrowsOf(draw(planned)), arrowsOf(draw(wholeStack())));
    assert.equal(
      box(draw(planned), tokens.service, "web").parent,
      urnOf(tokens.cluster, "cluster"),
    );
  });

  it("follows a pipeline from its source to the service that it deploys, of the named cluster", () => {
    const action = (provider: string, configuration: object) => ({
      name: provider,
      actions: [{ provider, configuration }],
    });
    const pipeline = resource("aws:codepipeline/pipeline:Pipeline", "pipeline", {
      name: "pipeline",
      stages: [
        action("CodeCommit", { RepositoryName: "code" }),
        action("CodeBuild", { ProjectName: "build" }),
        action("ECS", { ClusterName: "cluster", ServiceName: "web" }),
      ],
    });
    const namesake = { ...service("web", "web-group"), urn: urnOf(tokens.service, "namesake") };
    const architecture = draw([
      ...wholeStack(),
      { ...namesake, inputs: { ...namesake.inputs, cluster: "arn:other" } },
      resource("aws:codecommit/repository:Repository", "code-repository", {
        repositoryName: "code",
      }),
      resource("aws:codebuild/project:Project", "project", { name: "build" }),
      resource("aws:cloudwatch/eventRule:EventRule", "push", { name: "push" }),
      resource(
        "aws:cloudwatch/eventTarget:EventTarget",
        "target",
        { rule: "push", arn: "arn:pipeline" },
        {
          propertyDependencies: {
            rule: [urnOf("aws:cloudwatch/eventRule:EventRule", "push")],
            arn: [pipeline.urn],
          },
        },
      ),
      pipeline,
    ]);
    const found = arrowsOf(architecture, "use").filter((arrow) => arrow.includes("pipeline"));
    assert.deepEqual(found.sort(), [
      "code-repository -> pipeline: is read by",
      "pipeline -> project: builds by",
      "pipeline -> web: deploys",
      "push -> pipeline: starts",
    ]);
    const card = box(architecture, "aws:codepipeline/pipeline:Pipeline", "pipeline");
    assert.deepEqual(texts(card), ["CodeCommit: CodeCommit", "CodeBuild: CodeBuild", "ECS: ECS"]);
  });

  it("follows CodeDeploy to its service, and both target groups to a service", () => {
    const group = "aws:codedeploy/deploymentGroup:DeploymentGroup";
    const twoGroups = wholeStack().map((item) =>
      item.urn === urnOf(tokens.service, "web")
        ? resource(tokens.service, "web", {
            ...item.inputs,
            loadBalancers: [
              {
                targetGroupArn: "arn:targets",
                containerPort: 80,
                advancedConfiguration: { alternateTargetGroupArn: "arn:green" },
              },
            ],
          })
        : item,
    );
    const architecture = draw([
      ...twoGroups,
      resource(tokens.targetGroup, "green", { vpcId: "vpc", port: 80 }),
      resource(group, "deployer", {
        deploymentGroupName: "deployer",
        ecsService: { clusterName: "cluster", serviceName: "web" },
      }),
    ]);
    const found = arrowsOf(architecture).filter((arrow) => arrow.includes(" -> web: "));
    assert.deepEqual(found.sort(), [
      "deployer -> web: deploys",
      "green -> web: tcp 80",
      "targets -> web: tcp 80",
    ]);
  });

  it("calls what AWS names by the name in the program", () => {
    const bucket = resource("aws:s3/bucket:Bucket", "artifacts", { bucketPrefix: "cicd-" });
    const named = { ...bucket, outputs: { ...bucket.outputs, bucket: "cicd-20261122" } };
    const architecture = draw([...wholeStack(), named]);
    assert.equal(box(architecture, "aws:s3/bucket:Bucket", "artifacts").title, "artifacts");
  });

  it("shows no value of an environment and nothing of a secret", async () => {
    const secret = { "4dabf18193072939515e22adb298388d": "x", ciphertext: "sealed-text" };
    const svg = await drawSvg(
      draw([...wholeStack(), resource(tokens.secret, "sealed", { name: secret })]),
    );
    assert.ok(svg.includes("web:1"), "the container is drawn");
    assert.ok(!svg.includes("environment-value"));
    assert.ok(!svg.includes("sealed-text"));
  });

  it("names the types that it does not know, and only those", async () => {
    const strange = "aws:quantum/computer:Computer";
    const architecture = draw([
      ...wholeStack(),
      resource(strange, "one"),
      resource(strange, "two"),
      resource("aws:iam/rolePolicy:RolePolicy", "left-out"),
      resource("ecs-handson:ecs:Component", "component", {}, { custom: false }),
    ]);
    assert.deepEqual([...architecture.unknownTypes], [[strange, 2]]);
    assert.match(await drawSvg(architecture), /Not drawn[^<]*2 × aws:quantum\/computer:Computer/);
  });

  it("knows every type that the lab's account has", () => {
    const unknown = resourceTypes.map(({ token }) => token).filter((token) => !isKnownType(token));
    assert.deepEqual(unknown, [], "draw them, or leave them out by name in types.ts");
  });

  it("is the same bytes whatever order the resources come in", async () => {
    const resources = [...wholeStack(), service("api", "web-group")];
    const svg = await drawSvg(draw(resources));
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(resources, { minLength: resources.length }),
        async (shuffled) => {
          assert.equal(await drawSvg(draw(shuffled)), svg);
        },
      ),
      { numRuns: 10 },
    );
  });
});
