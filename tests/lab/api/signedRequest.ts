import { Sha256 } from "@smithy/core/checksum";
import { HttpRequest } from "@smithy/core/protocols";
import { SignatureV4 } from "@smithy/signature-v4";

import { REGION } from "../account/fixtures";
import { KEY } from "./servedApi";

export interface Signed {
  readonly service?: string;
  readonly method?: string;
  readonly path?: string;
  readonly query?: Record<string, string>;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly at?: Date;
}

/** A request's headers, signed with the tests' key; by default the request lists ECS's clusters. */
export async function signedHeaders(endpoint: string, request: Signed = {}) {
  const { service = "ecs", method = "POST", path = "/", query = {}, at = new Date() } = request;
  const { body = "{}", headers = ecsHeaders("ListClusters") } = request;
  const signer = new SignatureV4({
    credentials: KEY,
    region: REGION,
    service,
    sha256: Sha256,
    uriEscapePath: service !== "s3",
  });
  const { hostname, port } = new URL(endpoint);
  const signed = await signer.sign(
    new HttpRequest({
      ...{ method, path, query, headers: { host: `${hostname}:${port}`, ...headers } },
      ...(method === "GET" ? {} : { body }),
    }),
    { signingDate: at },
  );
  return signed.headers;
}

/** Signs a request, sends it, and returns the unparsed answer. */
export async function askSigned(endpoint: string, request: Signed) {
  const { method = "POST", path = "/", query = {}, body = "{}" } = request;
  const headers = await signedHeaders(endpoint, request);
  const url = new URL(
    `${path}?${new URLSearchParams(query).toString()}`.replace(/\?$/, ""),
    endpoint,
  );
  const response = await fetch(url, {
    ...{ method, headers },
    ...(method === "GET" ? {} : { body }),
  });
  return { status: response.status, text: await response.text() };
}

export const ecsHeaders = (operation: string) => ({
  "content-type": "application/x-amz-json-1.1",
  "x-amz-target": `AmazonEC2ContainerServiceV20141113.${operation}`,
});

export const FORM = { "content-type": "application/x-www-form-urlencoded" };
