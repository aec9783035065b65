import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";

import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";

import { Ec2Cluster, ImageRepository } from "../../../components";
import { Account } from "../../../lab/account/account";
import { serveProviders, type ProviderServer } from "../../../lab/provider/server";
import { rejection, TRUST_POLICY } from "../account/fixtures";
import { pulumiCli } from "../cli/harness";
import { engineStack } from "./engineStack";

const IMAGE = "docker-build:index:Image";
const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";
const VPC = "aws:ec2/vpc:Vpc";

describe("the provider on the real engine", function () {
  this.timeout(120_000);

  let dir: string;
  let account: Account;
  let providers: ProviderServer;

  before(pulumiCli);
  beforeEach(async () => {
    dir = await mkdtemp(path.join(tmpdir(), "lab-engine-"));
    account = Account.inMemory();
    providers = await serveProviders(account);
  });

  afterEach(async () => {
    await providers.close();
    await account.close();
    await rm(dir, { recursive: true, force: true });
  });

  const stackOf = (program: () => Promise<unknown>) => engineStack(dir, providers, program);

  it("previews, deploys, settles, repairs drift and destroys a network", async () => {
    const stack = await stackOf(() => {
      const tokyo = new aws.Provider("tokyo", {
        region: "ap-northeast-1",
        defaultTags: { tags: { project: "handson" } },
      });
      const vpc = new awsx.ec2.Vpc(
        "network",
        {
          cidrBlock: "10.0.0.0/16",
          availabilityZoneNames: ["ap-northeast-1a", "ap-northeast-1c", "ap-northeast-1d"],
          natGateways: { strategy: "Single" },
          subnetStrategy: "Auto",
        },
        { provider: tokyo },
      );
      new aws.cloudwatch.LogGroup("logs", { retentionInDays: 30 }, { provider: tokyo });
      return Promise.resolve({ vpcId: vpc.vpcId, privateSubnetIds: vpc.privateSubnetIds });
    });

    const preview = await stack.preview();
    assert.deepEqual(preview.changeSummary, { create: 32 });
    assert.deepEqual(account.list(), [], "a preview creates nothing");

    const up = await stack.up();
    assert.deepEqual(up.summary.resourceChanges, { create: 32 });
    assert.equal(account.list().length, 29);
    const [vpc] = account.list(VPC);
    assert.equal(up.outputs.vpcId?.value, vpc?.id);
    assert.equal((up.outputs.privateSubnetIds?.value as string[]).length, 3);
    assert.deepEqual(vpc?.outputs.tags, { Name: "network", project: "handson" });

    const routeUrns = account.list("aws:ec2/route:Route").map(({ urn }) => urn);
    assert.ok(
      routeUrns.includes(
        "urn:pulumi:dev::lab-test::awsx:ec2:Vpc$aws:ec2/vpc:Vpc$aws:ec2/subnet:Subnet" +
          "$aws:ec2/routeTable:RouteTable$aws:ec2/route:Route::network-private-1",
      ),
      routeUrns.join("\n"),
    );
    const [eip] = account.list("aws:ec2/eip:Eip");
    assert.deepEqual(eip?.outputs.tags, { Name: "network-1", project: "handson" });

    const again = await stack.up();
    assert.deepEqual(again.summary.resourceChanges, { same: 32 });

    const [logs] = account.list(LOG_GROUP);
    assert.ok(logs);
    await account.modify(LOG_GROUP, logs.id, { retentionInDays: 1 });
    const refresh = await stack.refresh();
    assert.deepEqual(refresh.summary.resourceChanges, { same: 31, update: 1 });
    const repair = await stack.up();
    assert.deepEqual(repair.summary.resourceChanges, { same: 31, update: 1 });
    assert.equal(account.get(LOG_GROUP, logs.id)?.outputs.retentionInDays, 30);

    await stack.destroy();
    assert.deepEqual(account.list(), []);
  });

  it("keeps two providers' regions and default tags apart", async () => {
    const stack = await stackOf(() => {
      for (const region of ["ap-northeast-1", "us-west-2"] as const) {
        const provider = new aws.Provider(region, {
          region,
          defaultTags: { tags: { home: region } },
        });
        new aws.ec2.Vpc(region, { cidrBlock: "10.0.0.0/16" }, { provider });
      }
      return Promise.resolve();
    });
    await stack.up();
    const homes = account.list(VPC).map(({ outputs }) => [outputs.region, outputs.tagsAll]);
    assert.deepEqual(
      homes.sort(),
      ["ap-northeast-1", "us-west-2"].map((region) => [region, { home: region }]),
    );
    await stack.destroy();
    assert.deepEqual(account.list(), []);
  });

  it("replaces a task definition and moves the service before the old revision goes", async () => {
    let image = "nginx:1";
    const family = "web";
    const stack = await stackOf(() => {
      const provider = new aws.Provider("tokyo", { region: "ap-northeast-1" });
      const taskDefinition = new aws.ecs.TaskDefinition(
        "task",
        { family, containerDefinitions: JSON.stringify([{ name: "web", image, memory: 128 }]) },
        { provider },
      );
      const cluster = new aws.ecs.Cluster("cluster", {}, { provider });
      new aws.ecs.Service(
        "service",
        { cluster: cluster.arn, taskDefinition: taskDefinition.arn, desiredCount: 1 },
        { provider },
      );
      return Promise.resolve();
    });
    await stack.up();
    image = "nginx:2";
    const changed: string[] = [];
    account.onChange(({ after, before }) => {
      const kind = after && before ? "update" : after ? "create" : "delete";
      changed.push(`${kind} ${(after ?? before)?.type.split(":").at(-1) ?? ""}`);
    });
    await stack.up();
    assert.deepEqual(changed, ["create TaskDefinition", "update Service", "delete TaskDefinition"]);
    const [service] = account.list("aws:ecs/service:Service");
    assert.match(String(service?.outputs.taskDefinition), /:task-definition\/web:2$/);
    await stack.destroy();
    assert.deepEqual(account.list(), []);
  });

  it("fails a component whose arguments it cannot honour, naming them, and creates nothing", async () => {
    const stack = await stackOf(() => {
      const provider = new aws.Provider("tokyo", { region: "ap-northeast-1" });
      new awsx.ec2.Vpc(
        "network",
        { availabilityZoneNames: [], ipv4NetmaskLength: 20, subnetStrategy: "Exact" },
        { provider },
      );
      return Promise.resolve();
    });
    const message = await rejection(stack.up());
    assert.match(message, /availabilityZoneNames: must name at least one zone/);
    assert.match(message, /ipv4NetmaskLength: is not supported by the lab's awsx\.ec2\.Vpc/);
    assert.match(message, /subnetStrategy: must be "Auto" in the lab/);
    assert.deepEqual(account.list(), []);
  });

  it("fails a component with the child's error, and continues once that is fixed", async () => {
    let zone = "ap-northeast-1b";
    const stack = await stackOf(() => {
      const provider = new aws.Provider("tokyo", { region: "ap-northeast-1" });
      new awsx.ec2.Vpc(
        "network",
        {
          availabilityZoneNames: [zone],
          natGateways: { strategy: "None" },
          subnetStrategy: "Auto",
        },
        { provider },
      );
      return Promise.resolve();
    });
    assert.match(
      await rejection(stack.up()),
      /InvalidParameterValue: Value \(ap-northeast-1b\) for parameter availabilityZone is invalid/,
    );
    zone = "ap-northeast-1a";
    await stack.up();
    assert.equal(account.list("aws:ec2/subnet:Subnet").length, 2);
    await stack.destroy();
    assert.deepEqual(account.list(), []);
  });

  it("creates as many NAT gateways and routes as the strategy says", async () => {
    for (const [strategy, total] of [
      [undefined, 25],
      ["Single", 23],
      ["None", 19],
    ] as const) {
      const stack = await stackOf(() => {
        const provider = new aws.Provider("tokyo", { region: "ap-northeast-1" });
        new awsx.ec2.Vpc(
          "network",
          {
            availabilityZoneNames: ["ap-northeast-1a", "ap-northeast-1c"],
            ...(strategy && { natGateways: { strategy } }),
            subnetStrategy: "Auto",
          },
          { provider },
        );
        return Promise.resolve();
      });
      const { changeSummary } = await stack.preview();
      assert.deepEqual(changeSummary, { create: total }, strategy);
      await stack.workspace.removeStack("dev");
    }
  });

  // pulumi-awsx: awsx/lb/applicationLoadBalancer.ts; awsx/ecs/fargateService.ts, fargateTaskDefinition.ts,
  // containers.ts; awsx/role.ts, defaultRoleWithPolicies; awsx/cloudwatch/logGroup.ts, defaultLogGroup.
  it("creates awsx's load balancer and Fargate service, in the default VPC as awsx does", async () => {
    const stack = await stackOf(() => {
      const opts = { providers: [new aws.Provider("tokyo", { region: "ap-northeast-1" })] };
      const cluster = new aws.ecs.Cluster("cluster", {}, { provider: opts.providers[0] });
      const lb = new awsx.lb.ApplicationLoadBalancer("lb", {}, opts);
      const portMappings = [{ targetGroup: lb.defaultTargetGroup }];
      const container = { name: "web", image: "nginx:1", cpu: 128, memory: 600, portMappings };
      new awsx.ecs.FargateService(
        "web",
        { cluster: cluster.arn, assignPublicIp: true, taskDefinitionArgs: { container } },
        opts,
      );
      return Promise.resolve({ dnsName: lb.loadBalancer.dnsName });
    });
    assert.deepEqual((await stack.preview()).changeSummary, { create: 17 });
    const up = await stack.up();
    assert.deepEqual(up.summary.resourceChanges, { create: 17 });

    const ofStack = account.list().filter(({ urn }) => urn.startsWith("urn:pulumi:"));
    assert.deepEqual(
      ofStack.map(({ urn }) => urn.split("::").slice(2).join(" ")).sort(),
      [
        "aws:ecs/cluster:Cluster cluster",
        "awsx:ecs:FargateService$aws:ec2/securityGroup:SecurityGroup web-sg",
        "awsx:ecs:FargateService$aws:ecs/service:Service web",
        ...[
          "aws:cloudwatch/logGroup:LogGroup web",
          "aws:ecs/taskDefinition:TaskDefinition web",
          "aws:iam/role:Role web-execution",
          "aws:iam/role:Role web-task",
          "aws:iam/rolePolicyAttachment:RolePolicyAttachment web-execution-9a42f520",
        ].map((child) => `awsx:ecs:FargateService$awsx:ecs:FargateTaskDefinition$${child}`),
        ...[
          "aws:ec2/securityGroup:SecurityGroup lb",
          "aws:lb/listener:Listener lb-0",
          "aws:lb/loadBalancer:LoadBalancer lb",
          "aws:lb/targetGroup:TargetGroup lb",
        ].map((child) => `awsx:lb:ApplicationLoadBalancer$${child}`),
      ].sort(),
    );
    const outputsOf = (type: string) => account.list(type)[0]?.outputs ?? {};
    const balancer = outputsOf("aws:lb/loadBalancer:LoadBalancer");
    assert.equal(up.outputs.dnsName?.value, balancer.dnsName);
    assert.equal(balancer.vpcId, account.list(VPC)[0]?.id);
    assert.equal((balancer.subnets as string[]).length, 3);
    const task = outputsOf("aws:ecs/taskDefinition:TaskDefinition");
    assert.deepEqual([task.cpu, task.memory], ["256", "1024"]);
    assert.match(String(task.family), /^web-[0-9a-f]{8}$/);
    const [container] = JSON.parse(String(task.containerDefinitions)) as Record<string, unknown>[];
    assert.deepEqual(container?.portMappings, [{ containerPort: 80, hostPort: 80 }]);
    assert.deepEqual(container.logConfiguration, {
      logDriver: "awslogs",
      options: {
        "awslogs-group": outputsOf(LOG_GROUP).name,
        "awslogs-region": "ap-northeast-1",
        "awslogs-stream-prefix": "web",
      },
    });
    const service = outputsOf("aws:ecs/service:Service");
    assert.deepEqual([service.desiredCount, service.launchType], [1, "FARGATE"]);
    assert.equal(service.waitForSteadyState, true);
    const { arn: targetGroupArn } = outputsOf("aws:lb/targetGroup:TargetGroup");
    assert.deepEqual(service.loadBalancers, [
      { containerName: "web", containerPort: 80, targetGroupArn },
    ]);

    assert.deepEqual((await stack.up()).summary.resourceChanges, { same: 17 });
    assert.deepEqual((await stack.refresh()).summary.resourceChanges, { same: 17 });
    await stack.destroy();
    assert.deepEqual(
      account.list().filter(({ urn }) => urn.startsWith("urn:pulumi:")),
      [],
    );
  });

  it("says which of awsx's arguments exclude each other", async () => {
    const stack = await stackOf(() => {
      const opts = { providers: [new aws.Provider("tokyo", { region: "ap-northeast-1" })] };
      const networkConfiguration = { subnets: ["subnet-1"] };
      const args = { networkConfiguration, assignPublicIp: true, taskDefinition: "web:1" };
      new awsx.ecs.FargateService("web", args, opts);
      return Promise.resolve();
    });
    assert.match(
      await rejection(stack.up()),
      /Only one of \[networkConfiguration\] and \[assignPublicIp\] can be specified/,
    );
    assert.deepEqual(account.list(), []);
  });

  it("reports a component that it does not have", async () => {
    const stack = await stackOf(() => {
      const provider = new aws.Provider("tokyo", { region: "ap-northeast-1" });
      new awsx.cloudtrail.Trail("trail", {}, { provider });
      return Promise.resolve();
    });
    assert.match(await rejection(stack.up()), /the lab has no component awsx:cloudtrail:Trail/);
  });

  it("builds an image into its repository, again when a file changed, and starts tasks from it", async () => {
    const context = path.join(dir, "nginx");
    await mkdir(context);
    await writeFile(path.join(context, "Dockerfile"), "FROM nginx\n");
    const stack = await stackOf(() => {
      const provider = new aws.Provider("tokyo", { region: "ap-northeast-1" });
      const options = { providers: [provider] };
      const repository = new ImageRepository("nginx", { region: "ap-northeast-1" }, options);
      const image = repository.image({
        source: "build",
        publicImage: "nginx",
        context,
        cpuArchitecture: "X86_64",
      });
      const containers = pulumi.jsonStringify([{ name: "web", image, memory: 128 }]);
      new aws.ecs.TaskDefinition(
        "task",
        { family: "web", containerDefinitions: containers },
        { provider },
      );
      return Promise.resolve({ image });
    });

    // Without the image: where it would be pushed to is not known yet.
    assert.deepEqual((await stack.preview()).changeSummary, { create: 7 });
    assert.deepEqual(account.list(), []);

    const up = await stack.up();
    assert.deepEqual(up.summary.resourceChanges, { create: 8 });
    const [image] = account.list(IMAGE);
    assert.ok(image);
    assert.deepEqual(image.outputs.platforms, ["linux/amd64"]);
    const url = "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/ecs-handson-dev/nginx";
    const uri = (digest: unknown) => `${url}@${String(digest)}`;
    assert.equal(up.outputs.image?.value, uri(image.outputs.digest));
    assert.equal(up.outputs.image.secret, false);
    const state = await readFile(path.join(dir, ".pulumi/stacks/lab-test/dev.json"), "utf8");
    const [login] = image.inputs.registries as { address: string; password: string }[];
    assert.equal(login?.address, "https://123456789012.dkr.ecr.ap-northeast-1.amazonaws.com");
    assert.ok(login.password.length >= 32);
    assert.ok(state.includes(String(image.outputs.digest)) && !state.includes(login.password));
    assert.equal(image.hasSecrets, true, "sealed in the account's files");

    assert.deepEqual((await stack.up()).summary.resourceChanges, { same: 8 });

    await writeFile(path.join(context, "Dockerfile"), "FROM nginx:1\n");
    const changes = { replace: 1, same: 6, update: 1 };
    assert.deepEqual((await stack.preview()).changeSummary, changes);
    const changed = await stack.up();
    assert.deepEqual(changed.summary.resourceChanges, changes);
    const rebuilt = account.get(IMAGE, image.id);
    assert.notEqual(rebuilt?.outputs.digest, image.outputs.digest);
    assert.equal(changed.outputs.image?.value, uri(rebuilt?.outputs.digest));
    const [task] = account.list("aws:ecs/taskDefinition:TaskDefinition");
    assert.ok(String(task?.outputs.containerDefinitions).includes(uri(rebuilt?.outputs.digest)));

    await rm(path.join(context, "Dockerfile"));
    assert.match(await rejection(stack.up()), /there is no Dockerfile at .*nginx\/Dockerfile/);

    await stack.destroy();
    assert.deepEqual(account.list(), []);
  });

  it("names an image after what it is built from, and reports arguments that it cannot honour", async () => {
    let target: string | undefined = "tests";
    const stack = await stackOf(() => {
      const provider = new aws.Provider("tokyo", { region: "ap-northeast-1" });
      const { repositoryUrl } = new aws.ecr.Repository("repository", {}, { provider });
      new awsx.ecr.Image("image", { repositoryUrl, context: "nginx", target }, { provider });
      return Promise.resolve();
    });
    assert.match(
      await rejection(stack.up()),
      /target: is not supported by the lab's awsx\.ecr\.Image/,
    );
    assert.deepEqual(account.list(IMAGE), []);
    target = undefined;
    await stack.up();
    const [image] = account.list(IMAGE);
    assert.match(image?.urn ?? "", /::[0-9a-f]{40}-container$/);
    assert.match(String(image?.outputs.ref), /:[0-9a-f]{40}-container@sha256:[0-9a-f]{64}$/);
    await stack.destroy();
    assert.deepEqual(account.list(), []);
  });

  it("adopts a resource that was made by hand", async () => {
    await account.create({
      type: LOG_GROUP,
      urn: "made by hand",
      inputs: { name: "old", retentionInDays: 7, skipDestroy: false },
      region: "ap-northeast-1",
    });
    const stack = await stackOf(() => {
      const provider = new aws.Provider("tokyo", { region: "ap-northeast-1" });
      const args = { name: "old", retentionInDays: 7 };
      new aws.cloudwatch.LogGroup("logs", args, { provider, import: "old" });
      return Promise.resolve();
    });
    const up = await stack.up();
    assert.deepEqual(up.summary.resourceChanges, { create: 2, import: 1 });
    await stack.destroy();
    assert.deepEqual(account.list(), []);
  });

  it("deploys a cluster of instances, moves it to other instances and destroys it", async () => {
    let instanceType = "t3.micro";
    const stack = await stackOf(() => {
      const provider = new aws.Provider("tokyo", { region: "ap-northeast-1" });
      const vpc = new aws.ec2.Vpc("vpc", { cidrBlock: "10.0.0.0/16" }, { provider });
      const subnet = new aws.ec2.Subnet(
        "subnet",
        { vpcId: vpc.id, cidrBlock: "10.0.0.0/24" },
        { provider },
      );
      const cluster = new Ec2Cluster(
        "cluster",
        {
          network: {
            vpcId: vpc.id,
            taskSubnetIds: pulumi.all([subnet.id]),
            assignPublicIp: false,
          },
          region: "ap-northeast-1",
          instanceType,
          terminationProtection: true,
        },
        { providers: [provider] },
      );
      return Promise.resolve({ provider: cluster.capacityProviderName });
    });

    await stack.up();
    const templateVersion = () =>
      account.list("aws:autoscaling/group:Group")[0]?.outputs.launchTemplate as { version: string };
    assert.equal(templateVersion().version, "1");
    const again = await stack.up();
    assert.deepEqual(Object.keys(again.summary.resourceChanges ?? {}), ["same"]);

    instanceType = "t3.small";
    const moved = await stack.up();
    assert.equal(moved.summary.resourceChanges?.update, 2);
    assert.equal(templateVersion().version, "2");

    await stack.destroy();
    assert.deepEqual(account.list(), []);
  });

  it("keeps a program's secret out of the plain state, also where the provider returns it", async () => {
    const stack = await stackOf(() => {
      const provider = new aws.Provider("tokyo", { region: "ap-northeast-1" });
      const role = new aws.iam.Role(
        "role",
        { description: pulumi.secret("classified"), assumeRolePolicy: TRUST_POLICY },
        { provider },
      );
      return Promise.resolve({ description: role.description });
    });
    const up = await stack.up();
    assert.deepEqual(up.outputs.description, { value: "classified", secret: true });
    const state = await readFile(path.join(dir, ".pulumi/stacks/lab-test/dev.json"), "utf8");
    assert.ok(state.includes("aws:iam/role:Role") && !state.includes("classified"));
    assert.equal(account.list("aws:iam/role:Role")[0]?.hasSecrets, true);
  });
});
