import assert from "node:assert/strict";

import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  ListTagsForResourceCommand,
  paginateFilterLogEvents,
} from "@aws-sdk/client-cloudwatch-logs";

import { PATIENCE_MS } from "../runtime/patience";
import { createLoggedWorld, LOG_GROUP, serveApi, type ServedApi } from "./servedApi";

describe("the lab's CloudWatch Logs API", function () {
  this.timeout(PATIENCE_MS);
  let served: ServedApi;
  let logs: CloudWatchLogsClient;
  const logGroupName = LOG_GROUP;

  before(async () => {
    served = await serveApi(createLoggedWorld);
    logs = new CloudWatchLogsClient(served.client);
    const [balancer] = served.plane.status().loadBalancers;
    for (const path of ["one", "two", "three"]) {
      await fetch(`${balancer?.listeners[0]?.localUrl ?? ""}${path}`);
    }
    await until(/three/);
  });
  after(async () => {
    logs.destroy();
    await served.close();
  });

  /** Waits for such a line: lines are written to a file first. */
  async function until(pattern: RegExp): Promise<void> {
    for (;;) {
      const { events } = await logs.send(new FilterLogEventsCommand({ logGroupName }));
      if (events?.some(({ message }) => pattern.test(message ?? ""))) return;
    }
  }

  it("describes log groups by name prefix", async () => {
    const { logGroups } = await logs.send(
      new DescribeLogGroupsCommand({ logGroupNamePrefix: "/ecs" }),
    );
    assert.equal(logGroups?.[0]?.logGroupName, LOG_GROUP);
    assert.equal(logGroups[0].retentionInDays, 30);
    const resourceArn = logGroups[0].logGroupArn;
    const { tags } = await logs.send(new ListTagsForResourceCommand({ resourceArn }));
    assert.deepEqual(tags, { team: "web" });
    const none = new DescribeLogGroupsCommand({ logGroupNamePrefix: "/aws" });
    assert.deepEqual((await logs.send(none)).logGroups, []);
  });

  it("names a stream after its container and its task, and returns its events in pages", async () => {
    const order = { orderBy: "LastEventTime" as const, descending: true };
    const { logStreams } = await logs.send(
      new DescribeLogStreamsCommand({ logGroupName, ...order }),
    );
    const logStreamName = logStreams?.[0]?.logStreamName ?? "";
    const task = served.plane.status().services[0]?.tasks[0]?.arn.split("/").at(-1) ?? "";
    assert.equal(logStreamName, `nginx/nginx/${task}`);
    const request = { logGroupName, logStreamName, startFromHead: true, limit: 2 };
    const first = await logs.send(new GetLogEventsCommand(request));
    assert.equal(first.events?.length, 2);
    assert.ok(Number(first.events[0]?.timestamp) > Date.now() - PATIENCE_MS);
    const nextToken = first.nextForwardToken;
    const second = await logs.send(new GetLogEventsCommand({ ...request, nextToken }));
    assert.notDeepEqual(second.events?.[0], first.events[0]);
    const all = await logs.send(new GetLogEventsCommand({ logGroupName, logStreamName }));
    // At the end the token stays the same.
    const end = { ...request, limit: 100, nextToken: all.nextForwardToken };
    const last = await logs.send(new GetLogEventsCommand(end));
    assert.deepEqual(last.events, []);
    assert.equal(last.nextForwardToken, all.nextForwardToken);
  });

  it("filters events by terms and by time, page by page", async () => {
    const search = async (filterPattern: string, more = {}) => {
      const request = { logGroupName, filterPattern, ...more };
      const { events } = await logs.send(new FilterLogEventsCommand(request));
      return events?.map(({ message }) => / \/(\w+)/.exec(message ?? "")?.[1]);
    };
    assert.deepEqual(await search('"GET /two"'), ["two"]);
    assert.deepEqual(await search("?/one ?/three"), ["one", "three"]);
    assert.deepEqual(await search("404 -/one -/two"), ["three"]);
    assert.deepEqual(await search("404", { startTime: Date.now() + 60_000 }), []);
    const pages: (string | undefined)[] = [];
    const paging = { client: logs, pageSize: 1 };
    for await (const page of paginateFilterLogEvents(paging, {
      logGroupName,
      filterPattern: "404",
    })) {
      assert.equal(page.events?.length, 1);
      pages.push(page.events[0]?.eventId);
    }
    assert.equal(new Set(pages).size, 3);
  });

  it("answers with CloudWatch Logs' own errors", async () => {
    await assert.rejects(logs.send(new FilterLogEventsCommand({ logGroupName: "/none" })), {
      name: "ResourceNotFoundException",
      message: "The specified log group does not exist.",
    });
    const stream = { logGroupName, logStreamName: "none" };
    await assert.rejects(logs.send(new GetLogEventsCommand(stream)), {
      name: "ResourceNotFoundException",
    });
    const json = { logGroupName, filterPattern: "{ $.a = 1 }" };
    await assert.rejects(logs.send(new FilterLogEventsCommand(json)), {
      name: "InvalidParameterException",
    });
  });
});
