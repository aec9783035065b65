import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";

import { CloudWatchClient, paginateGetMetricData } from "@aws-sdk/client-cloudwatch";
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTagsCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  paginateDescribeTargetGroups,
} from "@aws-sdk/client-elastic-load-balancing-v2";

import { create, NO_TARGET_GROUP } from "../account/fixtures";
import { PATIENCE_MS } from "../runtime/patience";
import { createLoggedWorld, serveApi, type ServedApi } from "./servedApi";

describe("the lab's Elastic Load Balancing API", function () {
  this.timeout(PATIENCE_MS);
  let served: ServedApi;
  let elb: ElasticLoadBalancingV2Client;

  before(async () => {
    served = await serveApi(createLoggedWorld);
    elb = new ElasticLoadBalancingV2Client(served.client);
  });
  after(async () => {
    elb.destroy();
    await served.close();
  });

  it("describes load balancers by name and by ARN", async () => {
    const { LoadBalancers } = await elb.send(new DescribeLoadBalancersCommand({ Names: ["web"] }));
    const { loadBalancer, subnetA } = served.world;
    assert.equal(LoadBalancers?.[0]?.LoadBalancerArn, loadBalancer.id);
    assert.equal(LoadBalancers[0].State?.Code, "active");
    assert.equal(LoadBalancers[0].Scheme, "internet-facing");
    assert.equal(LoadBalancers[0].AvailabilityZones?.[0]?.SubnetId, subnetA.id);
    assert.equal(LoadBalancers[0].AvailabilityZones[0].ZoneName, "ap-northeast-1a");
    const byArn = new DescribeLoadBalancersCommand({ LoadBalancerArns: [loadBalancer.id] });
    assert.equal((await elb.send(byArn)).LoadBalancers?.[0]?.LoadBalancerName, "web");
  });

  it("answers with ELB's own errors", async () => {
    const names = new DescribeLoadBalancersCommand({ Names: ["none"] });
    await assert.rejects(elb.send(names), { name: "LoadBalancerNotFoundException" });
    const health = new DescribeTargetHealthCommand({ TargetGroupArn: NO_TARGET_GROUP });
    await assert.rejects(elb.send(health), { name: "TargetGroupNotFoundException" });
    await assert.rejects(elb.send(new DescribeListenersCommand({})), { name: "ValidationError" });
  });

  it("describes listeners and their rules, the default one last", async () => {
    const { listener, loadBalancer, targetGroup } = served.world;
    const { Listeners } = await elb.send(
      new DescribeListenersCommand({ LoadBalancerArn: loadBalancer.id }),
    );
    assert.equal(Listeners?.[0]?.ListenerArn, listener.id);
    assert.equal(Listeners[0].DefaultActions?.[0]?.FixedResponseConfig?.StatusCode, "404");
    const { Rules } = await elb.send(new DescribeRulesCommand({ ListenerArn: listener.id }));
    assert.deepEqual(
      Rules?.map(({ Priority }) => Priority),
      ["10", "default"],
    );
    assert.deepEqual(Rules[0]?.Conditions?.[0]?.PathPatternConfig?.Values, ["*"]);
    assert.equal(Rules[0].Conditions[0].Field, "path-pattern");
    assert.equal(Rules[0].Actions?.[0]?.TargetGroupArn, targetGroup.id);
    assert.equal(Rules[1]?.IsDefault, true);
  });

  it("describes a target group, its load balancer, and the health of its targets", async () => {
    const { loadBalancer, targetGroup } = served.world;
    const { TargetGroups } = await elb.send(
      new DescribeTargetGroupsCommand({ LoadBalancerArn: loadBalancer.id }),
    );
    assert.deepEqual(TargetGroups?.[0]?.LoadBalancerArns, [loadBalancer.id]);
    assert.equal(TargetGroups[0].TargetType, "ip");
    const { TargetHealthDescriptions: health } = await elb.send(
      new DescribeTargetHealthCommand({ TargetGroupArn: targetGroup.id }),
    );
    assert.equal(health?.[0]?.TargetHealth?.State, "healthy");
    assert.equal(health[0].Target?.Id, "127.0.0.1");
  });

  it("has CloudWatch count the requests per target that a service scales by", async () => {
    const cloudWatch = new CloudWatchClient(served.client);
    const [balancer] = served.plane.status().loadBalancers;
    for (let count = 0; count < 3; count += 1) {
      await fetch(balancer?.listeners[0]?.localUrl ?? "");
    }
    const { loadBalancer, targetGroup } = served.world;
    const Metric = {
      Namespace: "AWS/ApplicationELB",
      MetricName: "RequestCountPerTarget",
      Dimensions: [
        { Name: "TargetGroup", Value: String(targetGroup.outputs.arnSuffix) },
        { Name: "LoadBalancer", Value: String(loadBalancer.outputs.arnSuffix) },
      ],
    };
    const counted = async () => {
      const asked = {
        StartTime: new Date(Date.now() - 600_000),
        EndTime: new Date(Date.now() + 600_000),
        MetricDataQueries: [{ Id: "requests", MetricStat: { Metric, Period: 60, Stat: "Sum" } }],
      };
      const values: number[] = [];
      for await (const page of paginateGetMetricData({ client: cloudWatch }, asked)) {
        values.push(...(page.MetricDataResults ?? []).flatMap(({ Values = [] }) => Values));
      }
      return values.reduce((sum, one) => sum + one, 0);
    };
    while ((await counted()) < 3) await setTimeout(100);
    assert.equal(await counted(), 3);
    cloudWatch.destroy();
  });

  it("returns tags, and lists target groups page by page", async () => {
    const { vpc } = served.world;
    const other = { name: "other", port: 80, protocol: "HTTP", targetType: "ip", vpcId: vpc.id };
    const { id } = await create(served.account, "targetGroup", { ...other, tags: { Name: "x" } });
    const { TagDescriptions } = await elb.send(new DescribeTagsCommand({ ResourceArns: [id] }));
    assert.deepEqual(TagDescriptions?.[0]?.Tags, [{ Key: "Name", Value: "x" }]);
    const names: (string | undefined)[] = [];
    for await (const page of paginateDescribeTargetGroups({ client: elb }, { PageSize: 1 })) {
      assert.equal(page.TargetGroups?.length, 1);
      names.push(page.TargetGroups[0]?.TargetGroupName);
    }
    assert.deepEqual(names, ["web", "other"]);
  });
});
