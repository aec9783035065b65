import assert from "node:assert/strict";

import * as pulumi from "@pulumi/pulumi";

import {
  Ec2Cluster,
  Ec2Service,
  FargateService,
  type FargateServiceArgs,
} from "../../../components";
import { evaluate } from "../../program/mocks";
import { refuses } from "../refusals";
import { declareWeb, webArgs } from "../webService";

const namespaceArn = "arn:aws:servicediscovery:ap-northeast-1:123456789012:namespace/ns-1";
const elsewhere = "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:targetgroup/internal/1";

const unlistened = { ...webArgs, listenerArn: undefined };

/** A service that is given no listener. */
const declareWorker = (changes: Partial<FargateServiceArgs> = {}) =>
  evaluate(() => new FargateService("web", { ...unlistened, ...changes }));

async function asked(declared: ReturnType<typeof declareWeb>) {
  const { resources, outputs } = await declared;
  const all = (type: string) => resources.filter((one) => one.type === type);
  const [service] = all("aws:ecs/service:Service");
  const [task] = all("aws:ecs/taskDefinition:TaskDefinition");
  assert.ok(service && task);
  const containers = JSON.parse(String(task.inputs.containerDefinitions)) as Record<
    string,
    unknown
  >[];
  return {
    all,
    outputs,
    service: service.inputs,
    container: containers[0] ?? {},
    ports: all("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule").map(
      ({ inputs }) => inputs.fromPort,
    ),
    targetGroup: all("aws:lb/targetGroup:TargetGroup")[0]?.inputs ?? {},
  };
}

describe("a worker", () => {
  it("has neither port nor listener, and nobody may send to it", async () => {
    const { all, service, container, ports, outputs } = await asked(declareWorker());
    assert.equal(service.loadBalancers, undefined);
    assert.equal(service.healthCheckGracePeriodSeconds, undefined);
    assert.ok(!("portMappings" in container));
    assert.deepEqual(ports, []);
    assert.deepEqual(all("aws:lb/targetGroup:TargetGroup"), []);
    assert.deepEqual(all("aws:lb/listenerRule:ListenerRule"), []);
    assert.equal(outputs.listenerRuleArn, undefined);
    assert.equal(outputs.targetGroupArn, undefined);
  });

  it("may be scaled by its CPU", async () => {
    const { all } = await asked(declareWorker({ autoscaling: { maxCount: 4, cpu: 50 } }));
    assert.equal(all("aws:appautoscaling/policy:Policy").length, 1);
  });

  it("runs on instances as well", async () => {
    const { resources } = await evaluate(() => {
      const cluster = new Ec2Cluster("cluster", { ...webArgs });
      return new Ec2Service("worker", { ...unlistened, cluster });
    });
    const service = resources.find(({ type }) => type === "aws:ecs/service:Service");
    assert.equal(service?.inputs.loadBalancers, undefined);
    assert.ok(!resources.some(({ type }) => type.startsWith("aws:lb/")));
  });

  for (const [title, changes, problem] of [
    [
      "arguments for a listener",
      { priority: 5, pathPatterns: ["/a"], healthCheckPath: "/", targetGroup: {} },
      /priority, pathPatterns, targetGroup, healthCheckPath without a listenerArn/,
    ],
    [
      "a deployment that moves requests",
      { deployment: { strategy: "CANARY" } },
      /CANARY without a listenerArn/,
    ],
    ["CodeDeploy", { deploymentController: "CODE_DEPLOY" }, /CODE_DEPLOY without a listenerArn/],
    [
      "scaling by requests",
      { autoscaling: { maxCount: 2, requestsPerTarget: 10 }, loadBalancerArnSuffix: "app/a/1" },
      /requestsPerTarget without a listenerArn/,
    ],
    ["a grace period", { healthCheckGracePeriodSeconds: 5 }, /nothing checks the tasks/],
    [
      "allowed senders",
      { allowedSecurityGroups: { alb: "sg-1" } },
      /without a containerPort: there is no port/,
    ],
  ] as [string, Partial<FargateServiceArgs>, RegExp][]) {
    it(`refuses ${title}`, async () => {
      await refuses(declareWorker(changes), problem);
    });
  }
});

describe("a service with Service Connect alone", () => {
  it("has a port with a name, which others may send to, and no target group", async () => {
    const serviceConnect = { namespaceArn, dnsName: "web" };
    const { service, container, ports } = await asked(declareWorker({ serviceConnect }));
    assert.equal(service.loadBalancers, undefined);
    assert.match(JSON.stringify(container.portMappings), /"containerPort":80,.*"name":"web"/);
    assert.deepEqual(ports, [80]);
    assert.match(JSON.stringify(service.serviceConnectConfiguration), /"dnsName":"web","port":80/);
  });

  it("has no port if it only calls others", async () => {
    const { container, service } = await asked(declareWorker({ serviceConnect: { namespaceArn } }));
    assert.ok(!("portMappings" in container));
    assert.equal((service.serviceConnectConfiguration as { enabled: boolean }).enabled, true);
  });
});

describe("a service with target groups from elsewhere", () => {
  const admin = { name: "admin", image: "admin:1", port: 9000 };

  it("registers its tasks there as well as in its own, each with its container and port", async () => {
    const { service, ports } = await asked(
      declareWeb({
        sidecars: [admin],
        loadBalancers: [
          { targetGroupArn: pulumi.output(elsewhere) },
          { targetGroupArn: elsewhere, containerName: "admin" },
        ],
        healthCheckGracePeriodSeconds: 90,
      }),
    );
    const own = {
      targetGroupArn: "arn:aws:mock:::web-targets",
      containerName: "nginx",
      containerPort: 80,
    };
    assert.deepEqual(service.loadBalancers, [
      own,
      { targetGroupArn: elsewhere, containerName: "nginx", containerPort: 80 },
      { targetGroupArn: elsewhere, containerName: "admin", containerPort: 9000 },
    ]);
    assert.deepEqual(ports.toSorted(), [80, 9000]);
    assert.equal(service.healthCheckGracePeriodSeconds, 90);
  });

  it("needs no listener of its own", async () => {
    const loadBalancers = [{ targetGroupArn: elsewhere }];
    const { all, service } = await asked(declareWorker({ loadBalancers, containerPort: 8080 }));
    assert.deepEqual(service.loadBalancers, [
      { targetGroupArn: elsewhere, containerName: "nginx", containerPort: 8080 },
    ]);
    assert.equal(service.healthCheckGracePeriodSeconds, 30);
    assert.deepEqual(all("aws:lb/targetGroup:TargetGroup"), []);
  });

  for (const [title, changes, problem] of [
    [
      "a container that does not exist",
      { loadBalancers: [{ targetGroupArn: elsewhere, containerName: "x" }] },
      /loadBalancers\[0\]: the task has no container "x"; choose from nginx/,
    ],
    [
      "a container without a port",
      {
        sidecars: [{ name: "agent", image: "a:1" }],
        loadBalancers: [{ targetGroupArn: elsewhere, containerName: "agent" }],
      },
      /loadBalancers\[0\]: container "agent" has no port/,
    ],
    [
      "more than five",
      { loadBalancers: Array.from({ length: 5 }, () => ({ targetGroupArn: elsewhere })) },
      /the service has 6 target groups; ECS takes at most 5/,
    ],
    [
      "a deployment that moves requests",
      { loadBalancers: [{ targetGroupArn: elsewhere }], deployment: { strategy: "BLUE_GREEN" } },
      /loadBalancers with BLUE_GREEN/,
    ],
    [
      "CodeDeploy",
      { loadBalancers: [{ targetGroupArn: elsewhere }], deploymentController: "CODE_DEPLOY" },
      /loadBalancers with CODE_DEPLOY/,
    ],
    [
      "a grace period out of range",
      { healthCheckGracePeriodSeconds: -1 },
      /healthCheckGracePeriodSeconds -1 must be .* from 0 to 2147483647/,
    ],
  ] as [string, Partial<FargateServiceArgs>, RegExp][]) {
    it(`refuses ${title}`, async () => {
      await refuses(declareWeb(changes), problem);
    });
  }
});

describe("a service's own target group", () => {
  it("is as the first tutorial has it unless told otherwise", async () => {
    const { targetGroup } = await asked(declareWeb());
    assert.deepEqual(targetGroup, {
      name: "handson-80-dev",
      vpcId: "vpc-1",
      port: 80,
      protocol: "HTTP",
      targetType: "ip",
      deregistrationDelay: 15,
      healthCheck: {
        port: "traffic-port",
        path: "/",
        matcher: "200",
        interval: 10,
        timeout: 5,
        healthyThreshold: 2,
        unhealthyThreshold: 3,
      },
    });
  });

  it("uses the given health check", async () => {
    const healthCheck = {
      path: "/ready",
      matcher: "200-299,301",
      interval: 30,
      timeout: 10,
      healthyThreshold: 3,
      unhealthyThreshold: 5,
    };
    const { targetGroup } = await asked(
      declareWeb({ targetGroup: { healthCheck, deregistrationDelay: 120, slowStart: 60 } }),
    );
    assert.deepEqual(targetGroup.healthCheck, { port: "traffic-port", ...healthCheck });
    assert.equal(targetGroup.deregistrationDelay, 120);
    assert.equal(targetGroup.slowStart, 60);
  });

  it("uses gRPC with its status codes, under a name other than the HTTP one's", async () => {
    const { targetGroup } = await asked(declareWeb({ targetGroup: { protocolVersion: "GRPC" } }));
    assert.equal(targetGroup.protocolVersion, "GRPC");
    assert.equal(targetGroup.name, "handson-grpc-80-dev");
    const { path, matcher } = targetGroup.healthCheck as Record<string, unknown>;
    assert.deepEqual([path, matcher], ["/AWS.ALB/healthcheck", "12"]);
  });

  for (const [title, changes, problem] of [
    [
      "an unknown protocol version",
      { targetGroup: { protocolVersion: "QUIC" } },
      /"QUIC" unknown; choose from HTTP1/,
    ],
    [
      "two paths",
      { healthCheckPath: "/a", targetGroup: { healthCheck: { path: "/b" } } },
      /give one/,
    ],
    [
      "HTTP's codes for gRPC",
      { targetGroup: { protocolVersion: "GRPC", healthCheck: { matcher: "200" } } },
      /matcher "200" must be gRPC codes from 0 to 99/,
    ],
    [
      "gRPC's codes for HTTP",
      { targetGroup: { healthCheck: { matcher: "12" } } },
      /matcher "12" must be HTTP codes from 200 to 499/,
    ],
    [
      "invalid codes",
      { targetGroup: { healthCheck: { matcher: "ok" } } },
      /matcher "ok" must be HTTP codes/,
    ],
    [
      "an interval that is not longer than the timeout",
      { targetGroup: { healthCheck: { interval: 5 } } },
      /interval 5 must be more than the timeout, 5/,
    ],
    [
      "too long a timeout",
      { targetGroup: { healthCheck: { timeout: 121, interval: 200 } } },
      /timeout 121 .* from 2 to 120/,
    ],
    [
      "thresholds out of range",
      { targetGroup: { healthCheck: { healthyThreshold: 1, unhealthyThreshold: 11 } } },
      /healthyThreshold 1 [^]*unhealthyThreshold 11 /,
    ],
    [
      "too long a drain",
      { targetGroup: { deregistrationDelay: 3601 } },
      /deregistrationDelay 3601 .* 0 to 3600/,
    ],
    [
      "too short a slow start",
      { targetGroup: { slowStart: 10 } },
      /slowStart 10 .* from 30 to 900/,
    ],
  ] as [string, Partial<FargateServiceArgs>, RegExp][]) {
    it(`refuses ${title}`, async () => {
      await refuses(declareWeb(changes), problem);
    });
  }
});
