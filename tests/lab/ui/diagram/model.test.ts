import assert from "node:assert/strict";

import fc from "fast-check";

import { resourceTypes } from "../../../../lab/account/types/registry";
import { drawSvg } from "../../../../lab/ui/diagram/drawSvg";
import { architectureOf, isKnownType } from "../../../../lab/ui/diagram/model";
import { stackState } from "../../../../lab/ui/diagram/state";
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
  it("has zones with their subnets, classified by their default routes", () => {
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

  it("treats routes written in their table like separate ones", () => {
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

  it("lists in each subnet what is in it", () => {
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

  it("shows where security groups refuse what a load balancer should send", () => {
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

  it("follows a pipeline from its source to the service that it deploys, in the given cluster", () => {
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

  it("begins with who pushes to the repository, which notifies the rule that starts the pipeline", () => {
    const repository = (name: string) =>
      resource("aws:codecommit/repository:Repository", name, { repositoryName: name });
    const architecture = draw([
      ...wholeStack(),
      repository("code"),
      repository("other"),
      resource("aws:cloudwatch/eventRule:EventRule", "push", {
        eventPattern: JSON.stringify({ source: ["aws.codecommit"], resources: ["arn:code"] }),
      }),
      resource("aws:codepipeline/pipeline:Pipeline", "pipeline", {
        name: "pipeline",
        stages: [
          {
            name: "Source",
            actions: [{ provider: "CodeCommit", configuration: { RepositoryName: "code" } }],
          },
        ],
      }),
    ]);
    const found = arrowsOf(architecture, "use").filter((arrow) => !arrow.startsWith("web "));
    assert.deepEqual(found.sort(), [
      "code -> pipeline: is read by",
      "code -> push: tells of pushes",
      "developer -> code: ",
    ]);
    const [developer] = architecture.boxes.filter(({ key }) => key === "developer");
    assert.equal(developer?.title, "git push");
  });

  it("shows which repositories a service may pull from, even if its image is still from another", () => {
    const registry = (name: string) =>
      resource(tokens.repository, name, { name, repositoryUrl: `registry/${name}` });
    const policy = (role: string, name: string) =>
      resource("aws:iam/rolePolicy:RolePolicy", `${role}-${name}`, {
        role,
        policy: JSON.stringify({
          Statement: [{ Action: "ecr:BatchGetImage", Resource: `arn:${name}` }],
        }),
      });
    const definition = wholeStack().map((item) =>
      item.urn === urnOf(tokens.taskDefinition, "task")
        ? resource(tokens.taskDefinition, "task", {
            ...item.inputs,
            executionRoleArn: "arn:execution",
          })
        : item,
    );
    const architecture = draw([
      ...definition,
      ...["mine", "others"].map(registry),
      ...["execution", "stranger"].map((role) =>
        resource("aws:iam/role:Role", role, { name: role }),
      ),
      policy("execution", "mine"),
      policy("stranger", "others"),
    ]);
    const pulls = arrowsOf(architecture, "use").filter((arrow) => arrow.includes("pull"));
    assert.deepEqual(pulls, ["web -> mine: may pull"]);
  });

  it("shows who calls whom: a service calls another if its environment has the other's name in their namespace", () => {
    const inNamespace = (name: string, namespace: string, port: number, calls: string[]) => [
      resource(tokens.taskDefinition, `${name}-task`, {
        containerDefinitions: JSON.stringify([
          {
            name,
            image: `${name}:1`,
            environment: calls.map((value, index) => ({ name: `URL_${index}`, value })),
          },
        ]),
      }),
      resource(tokens.service, name, {
        ...service(name, "web-group").inputs,
        taskDefinition: `arn:${name}-task`,
        serviceConnectConfiguration: {
          namespace,
          services: [{ portName: name, clientAlias: [{ dnsName: name, port }] }],
        },
      }),
    ];
    const architecture = draw([
      ...wholeStack(),
      ...inNamespace("auth", "one", 8080, []),
      ...inNamespace("products", "one", 8081, ["http://auth:9090", "see http://auth:8080"]),
      ...inNamespace("shop", "one", 8082, [
        "http://auth:8080",
        "http://products:8081/v1",
        "http://shop:8082",
      ]),
      ...inNamespace("stranger", "two", 8083, ["http://auth:8080"]),
    ]);
    const calls = arrowsOf(architecture, "use").filter((arrow) => arrow.includes("calls"));
    assert.deepEqual(calls, [
      "shop -> auth: calls auth:8080",
      "shop -> products: calls products:8081",
    ]);
  });

  it("shows what Managed Instances are made from, by which role, and what runs on them", () => {
    const role = (name: string) => resource("aws:iam/role:Role", name, { name });
    const onManaged = wholeStack().map((item) =>
      item.urn === urnOf(tokens.service, "web")
        ? resource(tokens.service, "web", {
            ...item.inputs,
            launchType: undefined,
            capacityProviderStrategies: [{ capacityProvider: "managed", weight: 1 }],
          })
        : item,
    );
    const provider = "aws:ecs/capacityProvider:CapacityProvider";
    const architecture = draw([
      ...onManaged,
      role("infrastructure"),
      role("instance"),
      resource("aws:iam/instanceProfile:InstanceProfile", "profile", { role: "instance" }),
      resource(provider, "managed", {
        name: "managed",
        cluster: "cluster",
        managedInstancesProvider: {
          infrastructureRoleArn: "arn:infrastructure",
          instanceLaunchTemplate: {
            ec2InstanceProfileArn: "arn:profile",
            instanceRequirements: { allowedInstanceTypes: ["t3.small", "t3.medium"] },
            networkConfiguration: { subnets: ["private-a"], securityGroups: ["web-group"] },
          },
        },
      }),
    ]);
    const card = box(architecture, provider, "managed");
    assert.equal(card.parent, urnOf(tokens.cluster, "cluster"));
    assert.deepEqual(texts(card), [
      "t3.small, t3.medium",
      "infrastructure role infrastructure",
      "instance role instance",
    ]);
    assert.ok(arrowsOf(architecture).includes("web -> managed: runs on"));
    const subnet = box(architecture, tokens.subnet, "private-a");
    assert.deepEqual(texts(subnet), ["instances managed", "tasks of web"]);
  });

  it("distinguishes what ECS made for an Express service from what the program made", async () => {
    const express = resource("aws:ecs/expressGatewayService:ExpressGatewayService", "express", {
      serviceName: "express-dev",
      cpu: "256",
      memory: "512",
      primaryContainer: { image: "public.example/nginx:1", containerPort: 80 },
      scalingTargets: [{ minTaskCount: 1, maxTaskCount: 4 }],
    });
    const byEcs = ["alb", "web"];
    const { resources, ...owner } = stackState([...wholeStack(), express]);
    const made = resources.map((one) =>
      byEcs.includes(one.name) ? { ...one, madeFor: express.urn } : one,
    );
    const architecture = architectureOf({ ...owner, resources: made });
    assert.deepEqual(
      architecture.boxes
        .filter(({ maker }) => maker === "ECS")
        .map(({ title }) => title)
        .sort(),
      byEcs,
    );
    const card = box(architecture, express.type, "express");
    assert.equal(card.title, "express-dev");
    assert.deepEqual(texts(card), [
      "nginx:1, port 80",
      "256 CPU units, 512 MiB",
      "scales from 1 to 4 tasks",
    ]);
    assert.deepEqual(
      arrowsOf(architecture)
        .filter((arrow) => arrow.startsWith("express "))
        .sort(),
      ["express -> alb: makes", "express -> web: makes"],
    );
    const svg = await drawSvg(architecture);
    assert.equal([...svg.matchAll(/<g class="card made">/g)].length, 2);
    // Once in each box, and in the legend.
    assert.equal([...svg.matchAll(/>made by ECS</g)].length, 3);
    assert.ok(!(await drawSvg(draw(wholeStack()))).includes(">made by ECS<"));
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

  it("labels what AWS names with the name in the program", () => {
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

  it("lists the types that it does not know, and only those", async () => {
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

  it("has the same bytes whatever order the resources come in", async () => {
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
