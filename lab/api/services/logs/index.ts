import type {
  DescribeLogGroupsRequest,
  DescribeLogStreamsRequest,
  FilterLogEventsRequest,
  GetLogEventsRequest,
} from "@aws-sdk/client-cloudwatch-logs";

import type { LogLine } from "../../../runtime/dataplane/tasks/logStore";
import { ApiError } from "../../apiError";
import { clients } from "../../clients";
import { pageOf } from "../../paging";
import type { Api, ApiService, Operation } from "../../service";
import { filterOf } from "./filterPattern";
import { linesOf, logGroupsOf, mustHaveGroup } from "./groups";

const INVALID = "InvalidParameterException";
/** CloudWatch Logs API Reference: maximum number of items in a response. */
const [MOST_LISTED, MOST_EVENTS] = [50, 10_000];

const operations: Record<string, Operation> = {
  DescribeLogGroups: (input: DescribeLogGroupsRequest, api: Api) => {
    const { logGroupNamePrefix: prefix, logGroupNamePattern: pattern } = input;
    const groups = logGroupsOf(api)
      .filter(
        ({ id }) =>
          (prefix === undefined || id.startsWith(prefix)) &&
          (pattern === undefined || id.toLowerCase().includes(pattern.toLowerCase())),
      )
      .sort((one, other) => (one.id < other.id ? -1 : 1));
    const { items, next } = page(groups, input, MOST_LISTED);
    return {
      logGroups: items.map(({ id, outputs }) => ({
        logGroupName: id,
        arn: `${String(outputs.arn)}:*`,
        logGroupArn: outputs.arn,
        logGroupClass: outputs.logGroupClass ?? "STANDARD",
        metricFilterCount: 0,
        storedBytes: 0,
        ...(Number(outputs.retentionInDays ?? 0) > 0
          ? { retentionInDays: outputs.retentionInDays }
          : {}),
      })),
      ...next,
    };
  },

  DescribeLogStreams: async (input: DescribeLogStreamsRequest, api: Api) => {
    const { logStreamNamePrefix: prefix = "", orderBy, descending = false } = input;
    const group = mustHaveGroup(api, input.logGroupName ?? input.logGroupIdentifier);
    const streams = [...byStream(await linesOf(api, group)).entries()]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, lines]) => describeStream(String(group.outputs.arn), name, lines));
    streams.sort((one, other) =>
      orderBy === "LastEventTime"
        ? one.lastEventTimestamp - other.lastEventTimestamp
        : one.logStreamName < other.logStreamName
          ? -1
          : 1,
    );
    const { items, next } = page(descending ? streams.reverse() : streams, input, MOST_LISTED);
    return { logStreams: items, ...next };
  },

  GetLogEvents: async (input: GetLogEventsRequest, api: Api) => {
    const group = mustHaveGroup(api, input.logGroupName ?? input.logGroupIdentifier);
    const all = byStream(await linesOf(api, group)).get(input.logStreamName ?? "");
    if (all === undefined) {
      throw new ApiError("ResourceNotFoundException", "The specified log stream does not exist.");
    }
    const { startFromHead = false, limit = MOST_EVENTS, nextToken } = input;
    const lines = all.filter(isBetween(input.startTime, input.endTime));
    const { from, to } = rangeOf(nextToken, { count: lines.length, limit, startFromHead });
    return {
      events: lines.slice(from, to).map((line) => ({
        timestamp: timeOf(line),
        message: line.message,
        ingestionTime: timeOf(line),
      })),
      nextForwardToken: `f/${to}`,
      nextBackwardToken: `b/${from}`,
    };
  },

  FilterLogEvents: async (input: FilterLogEventsRequest, api: Api) => {
    const group = mustHaveGroup(api, input.logGroupName ?? input.logGroupIdentifier);
    const { logStreamNames: names, logStreamNamePrefix: prefix = "" } = input;
    const matches = filterOf(input.filterPattern);
    const lines = (await linesOf(api, group)).filter(
      ({ stream, message }) =>
        names?.includes(stream) !== false && stream.startsWith(prefix) && matches(message),
    );
    const found = lines.filter(isBetween(input.startTime, input.endTime));
    const { items, next } = page(found, input, MOST_EVENTS);
    return {
      events: items.map((line) => ({
        logStreamName: line.stream,
        timestamp: timeOf(line),
        message: line.message,
        ingestionTime: timeOf(line),
        eventId: eventId(line, lines.indexOf(line)),
      })),
      searchedLogStreams: [],
      ...next,
    };
  },

  ListTagsForResource: ({ resourceArn }: { resourceArn?: string }, api: Api) => {
    const group = logGroupsOf(api).find(({ outputs }) => outputs.arn === resourceArn);
    return { tags: group?.outputs.tagsAll ?? {} };
  },
};

export const logs: ApiService = {
  title: "CloudWatch Logs",
  signingName: "logs",
  protocol: "json",
  target: "Logs_20140328",
  invalidCode: INVALID,
  model: clients.cloudWatchLogs,
  operations,
  refused: {
    DescribeLogGroups: ["accountIdentifiers", "includeLinkedAccounts", "logGroupIdentifiers"],
    FilterLogEvents: ["startFromHead"],
  },
};

function page<T>(
  all: readonly T[],
  { nextToken: token, limit: size }: { nextToken?: string | undefined; limit?: number | undefined },
  most: number,
) {
  const { items, nextToken } = pageOf(all, { token, size, most, invalidCode: INVALID });
  return { items, next: nextToken === undefined ? {} : { nextToken } };
}

function byStream(lines: readonly LogLine[]): Map<string, LogLine[]> {
  const streams = new Map<string, LogLine[]>();
  for (const line of lines) streams.set(line.stream, [...(streams.get(line.stream) ?? []), line]);
  return streams;
}

function describeStream(groupArn: string, logStreamName: string, lines: readonly LogLine[]) {
  const times = lines.map(timeOf);
  const [first = 0, last = 0] = [times[0], times.at(-1)];
  return {
    logStreamName,
    creationTime: first,
    firstEventTimestamp: first,
    lastEventTimestamp: last,
    lastIngestionTime: last,
    arn: `${groupArn}:log-stream:${logStreamName}`,
    storedBytes: 0,
  };
}

/** In milliseconds since 1970, as all times in CloudWatch Logs. */
const timeOf = ({ at }: LogLine): number => Date.parse(at);

function isBetween(startTime = 0, endTime = Infinity): (line: LogLine) => boolean {
  return (line) => timeOf(line) >= startTime && timeOf(line) < endTime;
}

/**
 * The range of events after a token: forward from the beginning or backward from the end. At either end, the same token
 * is returned.
 */
function rangeOf(
  token: string | undefined,
  { count, limit, startFromHead }: { count: number; limit: number; startFromHead: boolean },
): { from: number; to: number } {
  const [, way, number] = /^([fb])\/(\d+)$/.exec(token ?? "") ?? [];
  if (token !== undefined && way === undefined) {
    throw new ApiError(INVALID, "The specified nextToken is invalid.");
  }
  if (way === "f" || (way === undefined && startFromHead)) {
    const from = Math.min(Number(number ?? 0), count);
    return { from, to: Math.min(from + limit, count) };
  }
  const to = Math.min(Number(number ?? count), count);
  return { from: Math.max(0, to - limit), to };
}

/** A unique ID of 56 digits for each line. */
const eventId = (line: LogLine, index: number): string =>
  `${String(timeOf(line)).padStart(20, "0")}${String(index).padStart(36, "0")}`;
