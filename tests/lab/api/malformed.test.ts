import assert from "node:assert/strict";

import { ECSClient, ListClustersCommand } from "@aws-sdk/client-ecs";

import { createWorld } from "../account/fixtures";
import { PATIENCE_MS } from "../runtime/patience";
import { serveApi, type ServedApi } from "./servedApi";
import { askSigned, ecsHeaders, FORM, type Signed } from "./signedRequest";

/** Requests that are not as the services' models have them: a title, the request, the error's status and what is in it. */
const MALFORMED: readonly [string, Signed, number, RegExp][] = [
  ["no JSON", { body: "nonsense" }, 400, /"SerializationException"/],
  ["nothing", { body: "null" }, 400, /"SerializationException"/],
  [
    "a text for a number",
    { body: '{"maxResults":"x"}' },
    400,
    /"SerializationException","message":"maxResults is not a number"/,
  ],
  ["a number for a text", { body: '{"nextToken":5}' }, 400, /nextToken is not a string/],
  [
    "a text for a list",
    { headers: ecsHeaders("DescribeServices"), body: '{"services":"a"}' },
    400,
    /services is not a list/,
  ],
  [
    "another thing in a list",
    { headers: ecsHeaders("DescribeServices"), body: '{"services":["a",{}]}' },
    400,
    /services\[1\] is not a string/,
  ],
  ["pages of nothing", { body: '{"maxResults":0}' }, 400, /"InvalidParameterException"/],
  ["pages of less", { body: '{"maxResults":-1}' }, 400, /maxResults must be 1 or more/],
  [
    "no number in EC2's form",
    { service: "ec2", headers: FORM, body: "Action=DescribeVpcs&MaxResults=abc" },
    400,
    /<Code>InvalidParameterValue<\/Code><Message>MaxResults is not a number/,
  ],
  [
    "no number in a form",
    { service: "iam", headers: FORM, body: "Action=ListRoles&MaxItems=abc" },
    400,
    /<Code>MalformedInput<\/Code><Message>MaxItems is not a number/,
  ],
  [
    "no CBOR",
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

/** Operations and services that there are not, in each protocol. */
const UNKNOWN: readonly [string, Signed, RegExp][] = [
  [
    "JSON 1.1",
    { headers: ecsHeaders("ListAttributes") },
    /^\{"__type":"UnknownOperationException","message":"The lab's Amazon ECS does not support the operation ListAttributes\. It supports /,
  ],
  [
    "JSON 1.0, of a service that there is not",
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
    it(`${what}, as what a client has done wrong`, async () => {
      const answered = await askSigned(served.url, request);
      assert.match(answered.text, answer);
      assert.equal(answered.status, status);
    });
  }

  for (const [protocol, request, answer] of UNKNOWN) {
    it(`what it does not have, in ${protocol}, and says what there is`, async () => {
      const { status, text } = await askSigned(served.url, request);
      assert.match(text, answer);
      assert.equal(status, 400);
    });
  }

  it("texts that are very long, as any that it does not know", async () => {
    const ecs = new ECSClient(served.client);
    const nextToken = "x".repeat(1_000_000);
    await assert.rejects(ecs.send(new ListClustersCommand({ nextToken })), {
      name: "InvalidParameterException",
    });
    ecs.destroy();
  });
});
