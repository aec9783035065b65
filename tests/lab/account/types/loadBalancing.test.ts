import assert from "node:assert/strict";

import { Account } from "../../../../lab/account/account";
import { create, NO_TARGET_GROUP, createWorld, rejection, TYPES, type World } from "../fixtures";
import { type InUse, itRefuses, type Malformed, type Refused } from "./cases";
import { issuedCertificate } from "./certificateWorld";

const NOT_FOUND_RESPONSE = {
  type: "fixed-response",
  fixedResponse: { contentType: "text/plain", statusCode: "404" },
};

/** What the API refuses, with AWS's errors. */
const REFUSED: readonly Refused<World>[] = [
  [
    "a load balancer name that is taken",
    "loadBalancer",
    (w) => ({ name: "web", subnets: [w.subnetA.id, w.subnetC.id] }),
    /^DuplicateLoadBalancerName: /,
  ],
  [
    "a load balancer in one zone",
    "loadBalancer",
    (w) => ({ name: "one", subnets: [w.subnetA.id] }),
    /^ValidationError: At least two subnets in two different Availability Zones must be specified$/,
  ],
  [
    "a load balancer in an unknown subnet",
    "loadBalancer",
    (w) => ({ name: "one", subnets: [w.subnetA.id, "subnet-0"] }),
    /^SubnetNotFound: .*subnet-0/,
  ],
  [
    "a load balancer with an unknown security group",
    "loadBalancer",
    (w) => ({ name: "one", subnets: [w.subnetA.id, w.subnetC.id], securityGroups: ["sg-0"] }),
    /^InvalidGroup\.NotFound: /,
  ],
  [
    "a listener of an unknown load balancer",
    "listener",
    (w) => ({
      loadBalancerArn: `${w.loadBalancer.id}0`,
      port: 81,
      defaultActions: [NOT_FOUND_RESPONSE],
    }),
    /^LoadBalancerNotFound: /,
  ],
  [
    "a listener port that is taken",
    "listener",
    (w) => ({ loadBalancerArn: w.loadBalancer.id, port: 80, defaultActions: [NOT_FOUND_RESPONSE] }),
    /^DuplicateListener: /,
  ],
  [
    "HTTPS without a certificate",
    "listener",
    (w) => ({
      loadBalancerArn: w.loadBalancer.id,
      port: 443,
      protocol: "HTTPS",
      defaultActions: [NOT_FOUND_RESPONSE],
    }),
    /^ValidationError: A certificate must be specified/,
  ],
  [
    "a listener that forwards to an unknown target group",
    "listener",
    (w) => ({
      loadBalancerArn: w.loadBalancer.id,
      port: 81,
      defaultActions: [{ type: "forward", targetGroupArn: NO_TARGET_GROUP }],
    }),
    /^TargetGroupNotFound: /,
  ],
  [
    "a redirect to itself",
    "listener",
    (w) => ({
      loadBalancerArn: w.loadBalancer.id,
      port: 81,
      defaultActions: [{ type: "redirect", redirect: { statusCode: "HTTP_301" } }],
    }),
    /^InvalidLoadBalancerAction: /,
  ],
  [
    "a rule priority that is taken",
    "listenerRule",
    (w) => ({
      listenerArn: w.listener.id,
      priority: 10,
      actions: [NOT_FOUND_RESPONSE],
      conditions: [{ pathPattern: { values: ["/x"] } }],
    }),
    /^PriorityInUse: Priority '10' is currently in use$/,
  ],
  [
    "a rule with too many values",
    "listenerRule",
    (w) => ({
      listenerArn: w.listener.id,
      actions: [NOT_FOUND_RESPONSE],
      conditions: [{ pathPattern: { values: ["/1", "/2", "/3", "/4", "/5", "/6"] } }],
    }),
    /^ValidationError: A rule can only have '5' condition values$/,
  ],
  [
    "a rule of an unknown listener",
    "listenerRule",
    (w) => ({
      listenerArn: `${w.listener.id}0`,
      actions: [NOT_FOUND_RESPONSE],
      conditions: [{ pathPattern: { values: ["/1"] } }],
    }),
    /^ListenerNotFound: /,
  ],
  [
    "a target group name that is taken",
    "targetGroup",
    (w) => ({ name: "web", port: 80, protocol: "HTTP", targetType: "ip", vpcId: w.vpc.id }),
    /^DuplicateTargetGroupName: /,
  ],
  [
    "a target group in an unknown VPC",
    "targetGroup",
    () => ({ name: "x", port: 80, protocol: "HTTP", vpcId: "vpc-0" }),
    /^ValidationError: The VPC ID 'vpc-0' is not found$/,
  ],
  [
    "a health check slower than its interval",
    "targetGroup",
    (w) => ({
      name: "x",
      port: 80,
      protocol: "HTTP",
      vpcId: w.vpc.id,
      healthCheck: { interval: 10, timeout: 10 },
    }),
    /^ValidationError: Health check interval must be greater than the timeout/,
  ],
];

/** What cannot be deleted while the service runs. */
const IN_USE: readonly InUse<World>[] = [["targetGroup", "targetGroup", /^ResourceInUse: /]];

/** What the provider refuses before it asks the API: the inputs, and where they are wrong. */
const MALFORMED: readonly Malformed[] = [
  [
    "several mistakes at once",
    "targetGroup",
    { name: "-x-", port: 0, protocol: "HTTP", vpcId: "vpc-0", healthCheck: { pat: "/" } },
    ["healthCheck.pat", "name", "port"],
  ],
  [
    "an action without its target",
    "listener",
    { loadBalancerArn: NO_TARGET_GROUP, defaultActions: [{ type: "forward" }] },
    ["defaultActions[0].targetGroupArn"],
  ],
  ["a target group without a port", "targetGroup", { protocol: "HTTP", vpcId: "vpc-0" }, ["port"]],
];

describe("the account's load balancers", () => {
  let account: Account;
  let world: World;

  beforeEach(async () => {
    account = Account.inMemory();
    world = await createWorld(account);
  });

  itRefuses(() => ({ account, world }), { refused: REFUSED, inUse: IN_USE, malformed: MALFORMED });

  // API_Matcher: 0 to 99 for gRPC, 12 by default; the error: aws-load-balancer-controller issue 2804.
  for (const protocolVersion of ["GRPC", "HTTP2"]) {
    it(`forward to targets that speak ${protocolVersion} from HTTPS listeners only`, async () => {
      const { vpc, loadBalancer, listener } = world;
      const group = { name: "calls", port: 50_051, protocol: "HTTP", targetType: "ip" };
      const { id: targetGroupArn } = await create(account, "targetGroup", {
        ...group,
        protocolVersion,
        vpcId: vpc.id,
      });
      const actions = [{ type: "forward", targetGroupArn }];
      const refused = new RegExp(
        "^InvalidLoadBalancerAction: Listener protocol 'HTTP' is not supported with a target group " +
          `with the protocol-version '${protocolVersion}'$`,
      );
      const rule = {
        listenerArn: listener.id,
        priority: 5,
        conditions: [{ pathPattern: { values: ["/calls"] } }],
        actions,
      };
      assert.match(await rejection(create(account, "listenerRule", rule)), refused);
      const ownListener = { loadBalancerArn: loadBalancer.id, defaultActions: actions };
      assert.match(
        await rejection(create(account, "listener", { ...ownListener, port: 81 })),
        refused,
      );
      const { id: certificateArn } = await issuedCertificate(account);
      const https = { ...ownListener, port: 443, protocol: "HTTPS", certificateArn };
      await create(account, "listener", https);
    });
  }

  it("accept the success codes of each protocol version", async () => {
    const made = (name: string, protocolVersion: string | undefined, matcher?: string) =>
      create(account, "targetGroup", {
        name,
        port: 50_051,
        protocol: "HTTP",
        ...(protocolVersion !== undefined && { protocolVersion }),
        targetType: "ip",
        vpcId: world.vpc.id,
        healthCheck: matcher === undefined ? {} : { matcher },
      });
    for (const [i, matcher] of ["0", "0-5", "0,12", "99"].entries()) {
      const { outputs } = await made(`grpc-${i}`, "GRPC", matcher);
      assert.equal((outputs.healthCheck as { matcher: string }).matcher, matcher);
    }
    const { healthCheck } = (await made("grpc", "GRPC")).outputs as {
      healthCheck: { matcher: string; path: string };
    };
    assert.equal(healthCheck.matcher, "12");
    assert.equal(healthCheck.path, "/AWS.ALB/healthcheck");
    const error = (kind: string, code: string, range: string) =>
      `ValidationError: Health check matcher ${kind} code '${code}' must be within '${range}' inclusive`;
    for (const [code, matcher] of Object.entries({ 200: "200", 100: "0-100" })) {
      assert.equal(await rejection(made("x", "GRPC", matcher)), error("GRPC", code, "0-99"));
    }
    for (const [code, matcher] of Object.entries({ 0: "0", 500: "200-500" })) {
      assert.equal(await rejection(made("x", undefined, matcher)), error("HTTP", code, "200-499"));
    }
  });

  it("delete a load balancer's listeners and rules with it", async () => {
    await account.delete(TYPES.service, world.service.id);
    await account.delete(TYPES.loadBalancer, world.loadBalancer.id);
    assert.deepEqual([...account.list(TYPES.listener), ...account.list(TYPES.listenerRule)], []);
    await account.delete(TYPES.targetGroup, world.targetGroup.id);
  });

  it("keep a protected load balancer", async () => {
    await account.modify(TYPES.loadBalancer, world.loadBalancer.id, {
      enableDeletionProtection: true,
    });
    assert.match(
      await rejection(account.delete(TYPES.loadBalancer, world.loadBalancer.id)),
      /^OperationNotPermitted: /,
    );
  });

  it("find the same load balancer by both of its type tokens", () => {
    const found = account.get("aws:alb/loadBalancer:LoadBalancer", world.loadBalancer.id);
    assert.equal(found?.type, TYPES.loadBalancer);
  });

  it("have names that resolve to this machine", () => {
    const dnsName = String(world.loadBalancer.outputs.dnsName);
    assert.match(dnsName, /^web-\d+\.ap-northeast-1\.elb\.localhost$/);
  });

  it("fill in what a health check does not specify", async () => {
    const group = await create(account, "targetGroup", {
      name: "checked",
      port: 80,
      protocol: "HTTP",
      vpcId: world.vpc.id,
      healthCheck: { path: "/health" },
    });
    assert.deepEqual(group.outputs.healthCheck, {
      enabled: true,
      healthyThreshold: 3,
      interval: 30,
      matcher: "200",
      path: "/health",
      port: "traffic-port",
      protocol: "HTTP",
      timeout: 5,
      unhealthyThreshold: 3,
    });
  });
});
