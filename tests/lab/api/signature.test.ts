import assert from "node:assert/strict";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { DescribeVpcsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { ECSClient, ListAttributesCommand, ListClustersCommand } from "@aws-sdk/client-ecs";
import { GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from "@aws-sdk/client-sts";

import { Account } from "../../../lab/account/account";
import { ensureAccessKey, readAccessKey } from "../../../lab/api/accessKey";
import { ApiServer } from "../../../lab/api/apiServer";
import type { ApiTargets } from "../../../lab/api/service";
import { REGION } from "../account/fixtures";
import { KEY } from "./servedApi";
import { FORM, signedHeaders } from "./signedRequest";

const STRANGER = { accessKeyId: "AKIAI44QH8DHBEXAMPLE", secretAccessKey: KEY.secretAccessKey };
const FORGER = { accessKeyId: KEY.accessKeyId, secretAccessKey: "guessed" };
const ATTRIBUTES = { targetType: "container-instance" as const };
const TARGET = "AmazonEC2ContainerServiceV20141113.ListClusters";

describe("the lab's AWS API", () => {
  let api: ApiServer;

  before(async () => {
    const nothing = () => () => undefined;
    const plane = { onChange: nothing, onEvent: nothing };
    const targets = { account: Account.inMemory(), plane } as unknown as ApiTargets;
    api = await ApiServer.start({ port: 0, key: KEY, isStrict: true, targets });
  });
  after(() => api.close());

  const client = (credentials: typeof KEY) => ({
    endpoint: api.url,
    region: REGION,
    credentials,
    maxAttempts: 1,
  });

  /** A signed request's headers, for a test to tamper with. */
  const signed = async (at?: Date, service?: string) => ({
    headers: await signedHeaders(api.url, {
      ...(at && { at }),
      ...(service !== undefined && { service }),
    }),
  });

  async function send({ headers }: { headers: Record<string, string> }, body = "{}") {
    const response = await fetch(api.url, { method: "POST", headers, body });
    const { __type: code } = (await response.json()) as { __type?: string };
    return { status: response.status, code };
  }

  it("answers requests signed with the lab's access key", async () => {
    const sts = new STSClient(client(KEY));
    const { Account: account, Arn: arn } = await sts.send(new GetCallerIdentityCommand({}));
    assert.equal(account, "123456789012");
    assert.equal(arn, "arn:aws:iam::123456789012:user/lab");
    assert.deepEqual(await send(await signed()), { status: 200, code: undefined });
  });

  it("refuses another access key, with each service's own error", async () => {
    await assert.rejects(new ECSClient(client(STRANGER)).send(new ListClustersCommand({})), {
      name: "UnrecognizedClientException",
    });
    await assert.rejects(new STSClient(client(STRANGER)).send(new GetCallerIdentityCommand({})), {
      name: "InvalidClientTokenId",
    });
    await assert.rejects(new EC2Client(client(STRANGER)).send(new DescribeVpcsCommand({})), {
      name: "AuthFailure",
    });
  });

  it("refuses a wrong secret access key", async () => {
    await assert.rejects(new ECSClient(client(FORGER)).send(new ListClustersCommand({})), {
      name: "InvalidSignatureException",
    });
    await assert.rejects(new STSClient(client(FORGER)).send(new GetCallerIdentityCommand({})), {
      name: "SignatureDoesNotMatch",
    });
  });

  it("refuses a request without a signature, such as a page in a browser can send", async () => {
    const { headers } = await signed();
    delete headers.authorization;
    assert.deepEqual(await send({ headers }), {
      status: 400,
      code: "MissingAuthenticationTokenException",
    });
  });

  it("refuses a request without a signature in the format of each protocol", async () => {
    const asked = async (headers: Record<string, string>, body: string) => {
      const response = await fetch(api.url, { method: "POST", headers, body });
      return `${response.status} ${await response.text()}`;
    };
    assert.match(
      await asked(FORM, "Action=GetCallerIdentity"),
      /^403 [^]*<ErrorResponse><Error><Type>Sender<\/Type><Code>MissingAuthenticationToken</,
    );
    const cbor = { "smithy-protocol": "rpc-v2-cbor", "content-type": "application/cbor" };
    assert.match(await asked(cbor, ""), /^400 .*MissingAuthenticationTokenException/s);
    const ofEc2 = "AWS4-HMAC-SHA256 Credential=A/20260101/ap-northeast-1/ec2/aws4_request";
    assert.match(
      await asked({ ...FORM, authorization: ofEc2 }, "Action=DescribeVpcs"),
      /^400 [^]*<Response><Errors><Error><Code>IncompleteSignature</,
    );
  });

  it("refuses a query that was not signed, and accepts one that was", async () => {
    const request = { service: "s3", method: "GET", path: "/a", headers: {} };
    const headers = await signedHeaders(api.url, { ...request, query: { prefix: "a b" } });
    const code = async (query: string) =>
      /<Code>(\w+)</.exec(await (await fetch(`${api.url}/a${query}`, { headers })).text())?.[1];
    assert.equal(await code("?prefix=a%20b"), "InvalidAction");
    assert.equal(await code("?prefix=a%20c"), "SignatureDoesNotMatch");
    assert.equal(await code("?prefix=a%20b&delete"), "SignatureDoesNotMatch");
    assert.equal(await code(""), "SignatureDoesNotMatch");
  });

  it("refuses a body, an operation or a region other than the signed one", async () => {
    const request = await signed();
    assert.equal((await send(request, '{"maxResults":1}')).code, "InvalidSignatureException");
    const other = { ...request.headers, "x-amz-target": TARGET.replace("List", "Describe") };
    assert.equal((await send({ headers: other })).code, "InvalidSignatureException");
    const region = request.headers.authorization?.replace(REGION, "us-east-1") ?? "";
    const elsewhere = { ...request.headers, authorization: region };
    assert.equal((await send({ headers: elsewhere })).code, "InvalidSignatureException");
  });

  it("refuses a body that does not match the signed hash", async () => {
    const request = await signed();
    // The hash is signed as a header: a body that does not match it would otherwise go unnoticed.
    assert.ok(request.headers["x-amz-content-sha256"]);
    assert.equal((await send(request, "{} ")).code, "InvalidSignatureException");
  });

  it("refuses a request that is older than five minutes, and one from the future", async () => {
    const at = (minutes: number) => new Date(Date.now() + minutes * 60_000);
    for (const minutes of [-6, 6]) {
      assert.equal((await send(await signed(at(minutes)))).code, "InvalidSignatureException");
    }
    assert.equal((await send(await signed(at(-4)))).status, 200);
  });

  it("refuses a signature that leaves out the host", async () => {
    const request = await signed();
    const { authorization = "" } = request.headers;
    const without = authorization.replace("host;", "");
    const headers = { ...request.headers, authorization: without };
    assert.equal((await send({ headers })).code, "IncompleteSignatureException");
  });

  it("lists the operations that it has when asked for another", async () => {
    await assert.rejects(new ECSClient(client(KEY)).send(new ListAttributesCommand(ATTRIBUTES)), {
      name: "UnknownOperationException",
      message: /not support the operation ListAttributes\. It supports .*DescribeServices/,
    });
    await assert.rejects(new STSClient(client(KEY)).send(new GetSessionTokenCommand({})), {
      name: "InvalidAction",
      message: /not support the operation GetSessionToken\. It supports GetCallerIdentity/,
    });
  });

  it("refuses a service that it does not have", async () => {
    const { code } = await send(await signed(new Date(), "dynamodb"));
    assert.equal(code, "UnknownOperationException");
  });

  // Last, as it may leave a connection that was cut off.
  it("reads no more of a request than the services accept", async () => {
    const headers = { authorization: "AWS4-HMAC-SHA256" };
    const body = Buffer.alloc(9 * 1024 * 1024);
    const response = await fetch(api.url, { method: "POST", headers, body }).catch(() => undefined);
    // The client may get the answer, or find its connection closed while it still sends.
    assert.ok(response === undefined || response.status === 413);
  });
});

describe("the lab's access key", () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "ecs-handson-key-"));
  });
  after(() => rm(folder, { recursive: true }));

  it("is created once, in AWS's format, and only its owner can read it", async () => {
    assert.equal(await readAccessKey(folder), undefined);
    const key = await ensureAccessKey(folder);
    assert.match(key.accessKeyId, /^AKIA[A-Z2-7]{16}$/);
    assert.match(key.secretAccessKey, /^[A-Za-z0-9+/]{40}$/);
    assert.deepEqual(await ensureAccessKey(folder), key);
    assert.deepEqual(await readAccessKey(folder), key);
    const { mode } = await stat(join(folder, "access-key.json"));
    assert.equal(mode & 0o777, 0o600);
  });
});
