import assert from "node:assert/strict";

import { ECSClient, ListClustersCommand } from "@aws-sdk/client-ecs";

import { createWorld } from "../account/fixtures";
import { PATIENCE_MS } from "../runtime/patience";
import { serveApi, type ServedApi } from "./servedApi";
import { askSigned, ecsHeaders, FORM, type Signed } from "./signedRequest";

/** Requests that do not match the services' models: a title, the request, and the error's status and text. */
const MALFORMED: readonly [string, Signed, number, RegExp][] = [
  ["a body that is not JSON", { body: "nonsense" }, 400, /"SerializationException"/],
  ["a body that is null", { body: "null" }, 400, /"SerializationException"/],
  [
    "a string in place of a number",
    { body: '{"maxResults":"x"}' },
    400,
    /"SerializationException","message":"maxResults is not a number"/,
  ],
  ["a number in place of a string", { body: '{"nextToken":5}' }, 400, /nextToken is not a string/],
  [
    "a string in place of a list",
    { headers: ecsHeaders("DescribeServices"), body: '{"services":"a"}' },
    400,
    /services is not a list/,
  ],
  [
    "an object in a list of strings",
    { headers: ecsHeaders("DescribeServices"), body: '{"services":["a",{}]}' },
    400,
    /services\[1\] is not a string/,
  ],
  ["pages of 0 items", { body: '{"maxResults":0}' }, 400, /"InvalidParameterException"/],
  ["pages of -1 items", { body: '{"maxResults":-1}' }, 400, /maxResults must be 1 or more/],
  [
    "a word in place of a number in EC2's form",
    { service: "ec2", headers: FORM, body: "Action=DescribeVpcs&MaxResults=abc" },
    400,
    /<Code>InvalidParameterValue<\/Code><Message>MaxResults is not a number/,
  ],
  [
    "a word in place of a number in a form",
    { service: "iam", headers: FORM, body: "Action=ListRoles&MaxItems=abc" },
    400,
    /<Code>MalformedInput<\/Code><Message>MaxItems is not a number/,
  ],
  [
    "a body that is not CBOR",
    {
      service: "monitoring",
      path: "/service/GraniteServiceVersion20100801/operation/ListMetrics",
      headers: { "smithy-protocol": "rpc-v2-cbor", "content-type": "application/cbor" },
      body: "garbage",
    },
    400,
    /SerializationException/,
  ],
];

/** Operations and services that the lab does not support, in each protocol. */
const UNKNOWN: readonly [string, Signed, RegExp][] = [
  [
    "JSON 1.1",
    { headers: ecsHeaders("ListAttributes") },
    /^\{"__type":"UnknownOperationException","message":"The lab's Amazon ECS does not support the operation ListAttributes\. It supports /,
  ],
  [
    "JSON 1.0 (an unknown service)",
    {
      service: "dynamodb",
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": "DynamoDB_20120810.ListTables",
      },
    },
    /^\{"__type":"UnknownOperationException","message":"The lab does not support the API of dynamodb\. It supports /,
  ],
  [
    "forms",
    { service: "sts", headers: FORM, body: "Action=GetSessionToken" },
    /<ErrorResponse><Error><Type>Sender<\/Type><Code>InvalidAction<\/Code><Message>The lab's AWS STS does not support the operation GetSessionToken/,
  ],
  [
    "EC2's forms",
    { service: "ec2", headers: FORM, body: "Action=DescribeVolumes" },
    /<Response><Errors><Error><Code>InvalidAction<\/Code><Message>The lab's Amazon EC2 does not support the operation DescribeVolumes/,
  ],
  [
    "CBOR",
    {
      service: "monitoring",
      path: "/service/GraniteServiceVersion20100801/operation/ListDashboards",
      headers: { "smithy-protocol": "rpc-v2-cbor", "content-type": "application/cbor" },
    },
    /UnknownOperationException.*The lab's Amazon CloudWatch does not support the operation ListDashboards/,
  ],
  [
    "REST with JSON",
    { service: "lambda", method: "GET", path: "/2015-03-31/functions/", headers: {} },
    /^\{"__type":"UnknownOperationException","message":"The lab does not support the API of lambda\. It supports /,
  ],
  [
    "REST with XML and a query",
    {
      ...{ service: "s3", method: "GET", path: "/a/b%20c", headers: {} },
      query: { "list-type": "2", prefix: "a b/c" },
    },
    /<Code>InvalidAction<\/Code><Message>The lab does not support the API of s3\./,
  ],
];

describe("the lab's AWS API refuses", function () {
  this.timeout(PATIENCE_MS);
  let served: ServedApi;

  before(async () => {
    served = await serveApi(createWorld);
  });
  after(() => served.close());

  for (const [what, request, status, answer] of MALFORMED) {
    it(`${what}, with a client error`, async () => {
      const answered = await askSigned(served.url, request);
      assert.match(answered.text, answer);
      assert.equal(answered.status, status);
    });
  }

  for (const [protocol, request, answer] of UNKNOWN) {
    it(`what it does not support in ${protocol}, and says what it supports`, async () => {
      const { status, text } = await askSigned(served.url, request);
      assert.match(text, answer);
      assert.equal(status, 400);
    });
  }

  it("very long tokens, like any that it does not know", async () => {
    const ecs = new ECSClient(served.client);
    const nextToken = "x".repeat(1_000_000);
    await assert.rejects(ecs.send(new ListClustersCommand({ nextToken })), {
      name: "InvalidParameterException",
    });
    ecs.destroy();
  });
});
