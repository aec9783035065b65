import assert from "node:assert/strict";
import * as path from "node:path";

import { type AskedResource, evaluateProgram } from "./mocks";
import { pushed } from "./standingAccount";

const root = path.resolve(__dirname, "..", "..");

function only(resources: AskedResource[], type: string): AskedResource {
  const found = resources.filter((resource) => resource.type === type);
  const [first] = found;
  assert.ok(first && found.length === 1, `one ${type}, found ${found.length}`);
  return first;
}

describe("the program", () => {
  it("deploys the first tutorial with every value that the tutorial gives", async () => {
    const { resources } = await evaluateProgram();
    const task = only(resources, "aws:ecs/taskDefinition:TaskDefinition").inputs;
    assert.equal(task.family, "handson-dev");
    assert.deepEqual(task.requiresCompatibilities, ["FARGATE"]);
    assert.equal(task.cpu, "256");
    assert.equal(task.memory, "512");
    assert.equal(task.networkMode, "awsvpc");

    const containers = JSON.parse(task.containerDefinitions as string) as Record<string, unknown>[];
    assert.equal(containers.length, 1);
    assert.equal(containers[0]?.name, "nginx");
    assert.match(String(containers[0].image), /nginx:\d+\.\d+\.\d+/);
    assert.deepEqual(containers[0].portMappings, [
      { containerPort: 80, hostPort: 80, protocol: "tcp" },
    ]);

    assert.equal(only(resources, "aws:ecs/cluster:Cluster").inputs.name, "handson-dev");
    const service = only(resources, "aws:ecs/service:Service").inputs;
    assert.equal(service.name, "handson-dev");
    assert.equal(service.launchType, "FARGATE");
    assert.equal(service.desiredCount, 1);
    assert.deepEqual(service.networkConfiguration, {
      subnets: ["subnet-private-1", "subnet-private-2"],
      securityGroups: ["fargate-ecs-id"],
      assignPublicIp: false,
    });
    assert.deepEqual(service.loadBalancers, [
      {
        targetGroupArn: "arn:aws:mock:::fargate-targets",
        containerName: "nginx",
        containerPort: 80,
      },
    ]);
  });

  it("forwards every path to an ip target group that checks / on port 80", async () => {
    const { resources } = await evaluateProgram();
    const group = only(resources, "aws:lb/targetGroup:TargetGroup").inputs;
    assert.equal(group.name, "handson-80-dev");
    assert.equal(group.port, 80);
    assert.equal(group.protocol, "HTTP");
    assert.equal(group.targetType, "ip");
    const check = group.healthCheck as Record<string, unknown>;
    assert.equal(check.path, "/");
    // The port of each target, which is 80.
    assert.equal(check.port, "traffic-port");

    const rule = only(resources, "aws:lb/listenerRule:ListenerRule").inputs;
    assert.deepEqual(rule.actions, [
      { type: "forward", targetGroupArn: "arn:aws:mock:::fargate-targets" },
    ]);
    assert.deepEqual(rule.conditions, [{ pathPattern: { values: ["*"] } }]);
    assert.equal(rule.listenerArn, "arn:aws:mock:::load-balancer-http");
  });

  it("lets only the VPC reach the tasks, and the internet only port 80 of the load balancer", async () => {
    const { resources } = await evaluateProgram();
    const ingress = resources
      .filter(({ type }) => type === "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
      .map(({ inputs }) => [
        inputs.securityGroupId,
        inputs.fromPort,
        inputs.toPort,
        inputs.cidrIpv4,
      ]);
    assert.deepEqual(ingress.sort(), [
      ["fargate-ecs-id", 80, 80, "10.0.0.0/16"],
      ["load-balancer-alb-id", 80, 80, "0.0.0.0/0"],
    ]);
    const inline = resources.filter(
      ({ type, inputs }) => type.endsWith("SecurityGroup") && inputs.ingress,
    );
    assert.deepEqual(inline, []);
  });

  it("outputs the load balancer's DNS name and URL", async () => {
    const { outputs } = await evaluateProgram();
    assert.equal(outputs.albDnsName, "load-balancer-alb.elb.mock");
    assert.equal(outputs.url, "http://load-balancer-alb.elb.mock/");
  });

  it("outputs the names and commands of each deployed chapter, and of no others", async () => {
    const { outputs } = await evaluateProgram({ chapters: '["ec2"]' });
    assert.deepEqual(Object.keys(outputs).sort(), ["albDnsName", "ec2", "url"]);
    const { commands, ...names } = outputs.ec2 ?? assert.fail();
    assert.deepEqual(names, {
      clusterName: "nginx-dev",
      serviceName: "nginx-dev",
      repositoryUrl: "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/nginx-repository",
    });
    assert.deepEqual(Object.keys(commands).sort(), [
      "describe",
      "exec",
      "instances",
      "logs",
      "push",
      "request",
      "session",
    ]);
    assert.equal(
      commands.request,
      'curl --header "Host: nginx.example" http://load-balancer-alb.elb.mock/',
    );
  });

  it("outputs a request without a host for the service that answers to every host", async () => {
    const { outputs } = await evaluateProgram();
    assert.equal(outputs.fargate?.commands.request, "curl http://load-balancer-alb.elb.mock/");
  });

  it("names a child after its component", async () => {
    const { resources } = await evaluateProgram({ chapters: '["fargate","ec2"]' });
    const componentNames = resources
      .filter(({ type }) => type.startsWith("ecs-handson:"))
      .map(({ name }) => name);
    const strangers = resources
      .filter(({ type }) => type.startsWith("aws:") || type.startsWith("awsx:"))
      .filter(({ name }) => !componentNames.some((component) => name.startsWith(`${component}-`)));
    assert.deepEqual(strangers, []);
  });

  it("keeps two learners' physical names apart", async () => {
    const alice = await evaluateProgram({ chapters: '["fargate","ec2"]' }, "alice");
    const bob = await evaluateProgram({ chapters: '["fargate","ec2"]' }, "bob");
    const names = (resources: AskedResource[]) =>
      resources.flatMap(({ inputs }) => [inputs.name, inputs.family].filter(Boolean));
    const shared = names(alice.resources).filter((name) => names(bob.resources).includes(name));
    assert.ok(names(alice.resources).length >= 24);
    assert.deepEqual(shared, []);
  });

  it("puts tasks into public subnets with public addresses when there is no NAT gateway", async () => {
    const { resources } = await evaluateProgram({ natGateways: "none" });
    assert.deepEqual(only(resources, "aws:ecs/service:Service").inputs.networkConfiguration, {
      subnets: ["subnet-public-1", "subnet-public-2"],
      securityGroups: ["fargate-ecs-id"],
      assignPublicIp: true,
    });
  });

  it("moves container and firewall to another port, and leaves the target group where it is", async () => {
    const { resources } = await evaluateProgram({ containerPort: "8080" });
    const task = only(resources, "aws:ecs/taskDefinition:TaskDefinition").inputs;
    assert.match(task.containerDefinitions as string, /"containerPort":8080,"hostPort":8080/);
    const group = only(resources, "aws:lb/targetGroup:TargetGroup").inputs;
    assert.deepEqual([group.name, group.port], ["handson-80-dev", 80]);
    const rule = resources.find(({ name }) => name === "fargate-ecs-vpc-8080");
    assert.equal(rule?.inputs.fromPort, 8080);
  });

  it("deploys the second tutorial beside the first tutorial, on one load balancer with a host of its own", async () => {
    const { resources } = await evaluateProgram({ chapters: '["fargate","ec2"]' });
    const rules = resources
      .filter(({ type }) => type === "aws:lb/listenerRule:ListenerRule")
      .map(({ inputs }) => [inputs.priority, inputs.conditions]);
    assert.deepEqual(rules.sort(), [
      [49990, [{ pathPattern: { values: ["*"] } }, { hostHeader: { values: ["nginx.*"] } }]],
      [50000, [{ pathPattern: { values: ["*"] } }]],
    ]);
    only(resources, "aws:lb/loadBalancer:LoadBalancer");
    const families = resources.map(({ inputs }) => inputs.family).filter(Boolean);
    assert.deepEqual(families.sort(), ["handson-dev", "nginx-task-dev"]);
  });

  it("uses a class's network by reference, with its own hosts and priorities", async () => {
    const { resources, outputs } = await evaluateProgram(
      {
        chapters: '["fargate","ec2"]',
        sharedNetwork: "organization/ecs-handson/spring-network",
        listenerSlot: "7",
        vpcCidrBlock: "10.9.0.0/16",
      },
      "alice",
    );
    const types = new Set(resources.map(({ type }) => type));
    for (const own of [
      "awsx:ec2:Vpc",
      "aws:lb/loadBalancer:LoadBalancer",
      "aws:lb/listener:Listener",
    ]) {
      assert.ok(!types.has(own), own);
    }
    const rules = resources.filter(({ type }) => type === "aws:lb/listenerRule:ListenerRule");
    assert.deepEqual(
      rules.map(({ inputs }) => [inputs.listenerArn, inputs.priority, inputs.conditions]).sort(),
      [
        [690, "alice.nginx.*"],
        [700, "alice.*"],
      ].map(([priority, host]) => [
        "arn:aws:mock:::shared-http",
        priority,
        [{ pathPattern: { values: ["*"] } }, { hostHeader: { values: [host] } }],
      ]),
    );
    const ingress = resources.filter(({ name }) => /-ecs-(?!out)/.test(name));
    assert.deepEqual(
      ingress.map(({ name, inputs }) => [name, inputs.cidrIpv4, inputs.referencedSecurityGroupId]),
      [
        ["fargate-ecs-alb-80", undefined, "sg-shared"],
        ["ec2-service-ecs-alb-80", undefined, "sg-shared"],
      ],
    );
    const service = resources.find(({ name }) => name === "fargate-service")?.inputs;
    assert.match(JSON.stringify(service?.networkConfiguration), /"subnet-shared-1"/);
    assert.equal(
      outputs.fargate?.commands.request,
      'curl --header "Host: alice.example" http://shared.elb.mock/',
    );
  });

  it("can open tasks to the load balancer alone, and microservices to each other as well", async () => {
    const { resources } = await evaluateProgram({
      chapters: '["fargate","microservices"]',
      taskIngress: "loadBalancer",
    });
    const rules = resources.filter(({ name }) => /-ecs-(?!out)/.test(name));
    assert.deepEqual(
      rules.map(({ name, inputs }) => [name, inputs.cidrIpv4, inputs.referencedSecurityGroupId]),
      [
        ["fargate-ecs-alb-80", undefined, "load-balancer-alb-id"],
        ...["auth", "products", "shop"].flatMap((service) => [
          [`${service}-ecs-alb-8080`, undefined, "load-balancer-alb-id"],
          [`${service}-ecs-callers-8080`, undefined, "microservices-callers-members-id"],
        ]),
      ],
    );
    const groups = resources
      .filter(({ type }) => type === "aws:ecs/service:Service")
      .map(
        ({ inputs }) =>
          (inputs.networkConfiguration as { securityGroups: string[] }).securityGroups,
      );
    assert.deepEqual(groups, [
      ["fargate-ecs-id"],
      ...["auth", "products", "shop"].map((service) => [
        `${service}-ecs-id`,
        "microservices-callers-members-id",
      ]),
    ]);
  });

  it("outputs what other stacks can share with the network chapter", async () => {
    const { resources, outputs } = await evaluateProgram({ chapters: '["network"]' }, "class");
    assert.deepEqual(
      resources.filter(({ type }) => type.startsWith("aws:ecs")),
      [],
    );
    assert.deepEqual(outputs.network, {
      vpcId: "vpc-mock",
      vpcCidrBlock: "10.0.0.0/16",
      taskSubnetIds: ["subnet-private-1", "subnet-private-2"],
      dnsName: "load-balancer-alb.elb.mock",
      listenerArn: "arn:aws:mock:::load-balancer-http",
      arnSuffix: "app/load-balancer-alb/1",
      securityGroupId: "load-balancer-alb-id",
    });
  });

  it("tags everything with its learner, its class and its expiry date", async () => {
    const tagsOf = async (changes: Record<string, string>) => {
      const { resources } = await evaluateProgram(changes, "alice");
      const { defaultTags } = only(resources, "pulumi:providers:aws").inputs;
      return JSON.parse(String(defaultTags)) as unknown;
    };
    const own = { project: "ecs-handson", stack: "alice", learner: "alice" };
    assert.deepEqual(await tagsOf({}), { tags: own });
    assert.deepEqual(
      await tagsOf({ learner: "山田 花子", class: "spring", expires: "2027-03-31" }),
      { tags: { ...own, learner: "山田 花子", class: "spring", expires: "2027-03-31" } },
    );
  });

  it("sends every request to the second tutorial's service if it is the only chapter", async () => {
    const { resources } = await evaluateProgram({ chapters: '["ec2"]' });
    const rule = only(resources, "aws:lb/listenerRule:ListenerRule").inputs;
    assert.deepEqual(rule.conditions, [{ pathPattern: { values: ["*"] } }]);
    assert.equal(only(resources, "aws:ecs/service:Service").name, "ec2-service-service");
  });

  it("configures the second tutorial's cluster and service by its settings", async () => {
    const changes = {
      chapters: '["ec2"]',
      ec2InstanceType: "m6i.large",
      ec2EniTrunking: "true",
      ec2MinInstances: "1",
      ec2MaxInstances: "3",
      ec2DesiredCount: "12",
      nginxImage: "7",
      autoscaling: "cpu",
      autoscalingMaxCount: "20",
    };
    const { resources } = await evaluateProgram(changes, "dev", pushed("7"));
    const group = only(resources, "aws:autoscaling/group:Group").inputs;
    assert.deepEqual([group.minSize, group.maxSize], [1, 3]);
    assert.match(JSON.stringify(group.tags), /"key":"learner",.*"value":"dev"/);
    assert.equal(only(resources, "aws:ecs/service:Service").inputs.desiredCount, 12);
    assert.equal(only(resources, "aws:appautoscaling/target:Target").inputs.maxCapacity, 20);
    const task = only(resources, "aws:ecs/taskDefinition:TaskDefinition").inputs;
    assert.match(String(task.containerDefinitions), /amazonaws\.com\/nginx-repository:7"/);
  });

  it("runs one task on each instance with DAEMON", async () => {
    const changes = { chapters: '["ec2"]', ec2SchedulingStrategy: "DAEMON" };
    const { resources } = await evaluateProgram(changes);
    const service = only(resources, "aws:ecs/service:Service").inputs;
    assert.equal(service.schedulingStrategy, "DAEMON");
    assert.equal(service.launchType, "EC2");
  });

  it("moves a part of the tasks to Fargate Spot by weight", async () => {
    const { resources } = await evaluateProgram({ fargateBase: "1", fargateSpotWeight: "3" });
    assert.deepEqual(only(resources, "aws:ecs/service:Service").inputs.capacityProviderStrategies, [
      { capacityProvider: "FARGATE", weight: 1, base: 1 },
      { capacityProvider: "FARGATE_SPOT", weight: 3, base: 0 },
    ]);
  });

  it("deploys with the chosen strategy and the settings that belong to it", async () => {
    const configured = async (deploymentStrategy: string) => {
      const { resources } = await evaluateProgram({ deploymentStrategy });
      return only(resources, "aws:ecs/service:Service").inputs.deploymentConfiguration;
    };
    assert.deepEqual(await configured("ROLLING"), { strategy: "ROLLING" });
    assert.deepEqual(await configured("BLUE_GREEN"), {
      strategy: "BLUE_GREEN",
      bakeTimeInMinutes: "5",
    });
    assert.deepEqual(await configured("LINEAR"), {
      strategy: "LINEAR",
      bakeTimeInMinutes: "5",
      linearConfiguration: { stepPercent: 10, stepBakeTimeInMinutes: "5" },
    });
    assert.deepEqual(await configured("CANARY"), {
      strategy: "CANARY",
      bakeTimeInMinutes: "5",
      canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: "5" },
    });
  });

  it("deploys the second tutorial's CI/CD: a push starts source, build and deploy", async () => {
    const { resources, outputs } = await evaluateProgram({ chapters: '["cicd"]' });
    assert.equal(
      only(resources, "aws:codecommit/repository:Repository").inputs.repositoryName,
      "ecs-handson.nginx-dev",
    );
    const pipeline = only(resources, "aws:codepipeline/pipeline:Pipeline").inputs;
    const stages = pipeline.stages as { name: string; actions: { provider: string }[] }[];
    assert.deepEqual(
      stages.map(({ name, actions }) => [name, actions.map(({ provider }) => provider)]),
      [
        ["Source", ["CodeCommit"]],
        ["Build", ["CodeBuild"]],
        ["Deploy", ["ECS"]],
      ],
    );
    const project = only(resources, "aws:codebuild/project:Project").inputs;
    assert.deepEqual(project.source, { type: "CODEPIPELINE", buildspec: "buildspec_nginx.yml" });
    const { commands, ...names } = outputs.cicd ?? assert.fail();
    assert.deepEqual(names, {
      clusterName: "cicd-dev",
      serviceName: "cicd-dev",
      repositoryUrl: "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/nginx-repository",
      listenerRuleArn: "arn:aws:mock:::cicd-service-rule",
      pipelineName: "cicd-dev",
      cloneUrl: "https://git.mock/cicd-pipeline-repository",
      consoleUrl:
        "https://ap-northeast-1.console.aws.amazon.com/codesuite/codepipeline/pipelines/cicd-dev/view?region=ap-northeast-1",
      connectionStatus: undefined,
    });
    assert.equal(commands.clone, "git clone https://git.mock/cicd-pipeline-repository");
  });

  it("starts the pipeline's service from the public image, and leaves its revisions alone", async () => {
    const { resources } = await evaluateProgram({ chapters: '["cicd"]' });
    const task = only(resources, "aws:ecs/taskDefinition:TaskDefinition").inputs;
    assert.match(String(task.containerDefinitions), /"image":"public\.ecr\.aws/);
    const service = only(resources, "aws:ecs/service:Service");
    assert.deepEqual(service.ignoreChanges, ["taskDefinition"]);
  });

  it("shares one image repository and one load balancer among all chapters", async () => {
    const { resources } = await evaluateProgram({ chapters: '["fargate","ec2","cicd"]' });
    only(resources, "aws:ecr/repository:Repository");
    only(resources, "aws:lb/loadBalancer:LoadBalancer");
    const rule = resources.find(({ name }) => name === "cicd-service-rule")?.inputs;
    assert.deepEqual(rule?.conditions, [
      { pathPattern: { values: ["*"] } },
      { hostHeader: { values: ["cicd.*"] } },
    ]);
  });

  for (const [cicdDeploy, strategy] of [
    ["rolling", "ROLLING"],
    ["bluegreen", "BLUE_GREEN"],
    ["linear", "LINEAR"],
    ["canary", "CANARY"],
  ] as const) {
    it(`lets ECS deploy what the pipeline built with ${strategy}`, async () => {
      const { resources, outputs } = await evaluateProgram({ chapters: '["cicd"]', cicdDeploy });
      const service = only(resources, "aws:ecs/service:Service");
      const { strategy: chosen } = service.inputs.deploymentConfiguration as { strategy: string };
      assert.equal(chosen, strategy);
      assert.deepEqual(service.ignoreChanges, ["taskDefinition"]);
      assert.ok(!resources.some(({ type }) => type.startsWith("aws:codedeploy/")));
      assert.match(outputs.cicd?.commands.ship ?? "", /^IMAGE=/);
    });
  }

  it("lets CodeDeploy deploy what the pipeline built if asked to", async () => {
    const { resources, outputs } = await evaluateProgram({
      chapters: '["cicd"]',
      cicdDeploy: "codedeploy",
      cicdCodeDeploy: "ECSCanary10Percent5Minutes",
      deploymentBakeMinutes: "1",
    });
    const service = only(resources, "aws:ecs/service:Service");
    assert.deepEqual(service.inputs.deploymentController, { type: "CODE_DEPLOY" });
    assert.deepEqual(service.ignoreChanges, ["taskDefinition", "loadBalancers"]);
    const group = only(resources, "aws:codedeploy/deploymentGroup:DeploymentGroup").inputs;
    assert.equal(group.deploymentConfigName, "CodeDeployDefault.ECSCanary10Percent5Minutes");
    assert.deepEqual(group.loadBalancerInfo, {
      targetGroupPairInfo: {
        prodTrafficRoute: { listenerArns: ["arn:aws:mock:::load-balancer-http"] },
        targetGroups: [{ name: "cicd-80-dev" }, { name: "cicd-80-alt-dev" }],
      },
    });
    assert.match(
      JSON.stringify(group.blueGreenDeploymentConfig),
      /"terminationWaitTimeInMinutes":1/,
    );
    const rule = only(resources, "aws:lb/listenerRule:ListenerRule");
    assert.deepEqual(rule.ignoreChanges, ["actions"]);
    const { stages } = only(resources, "aws:codepipeline/pipeline:Pipeline").inputs;
    assert.match(JSON.stringify(stages), /"provider":"CodeDeployToECS"/);
    assert.equal(outputs.cicd?.commands.ship, undefined);
  });

  it("takes the pipeline's code from GitHub if asked to", async () => {
    const { resources } = await evaluateProgram({
      chapters: '["cicd"]',
      cicdSource: "github",
      cicdGithubRepository: "owner/site",
      cicdBranch: "release",
    });
    only(resources, "aws:codeconnections/connection:Connection");
    assert.ok(!resources.some(({ type }) => /codecommit|eventRule/.test(type)));
    const pipeline = JSON.stringify(
      only(resources, "aws:codepipeline/pipeline:Pipeline").inputs.triggers,
    );
    assert.match(pipeline, /"includes":\["release"\]/);
    assert.match(pipeline, /nginx\/\*\*/);
  });

  it("keeps index.ts under 50 lines", async () => {
    const { readFile } = await import("node:fs/promises");
    const lines = (await readFile(path.join(root, "index.ts"), "utf8")).trimEnd().split("\n");
    assert.ok(lines.length < 50, `${lines.length} lines`);
  });
});
