import type { ApiRequest } from "../signature";
import { CborProtocol } from "./cbor";
import { JsonProtocol } from "./json";
import type { Protocol } from "./protocol";
import { Ec2Protocol, QueryProtocol } from "./query";

const ec2 = new Ec2Protocol();
const query = new QueryProtocol();
const cbor = new CborProtocol();
const json = { "1.0": new JsonProtocol("1.0"), "1.1": new JsonProtocol("1.1") };

/** REST services whose errors are XML; those of other REST services are JSON. */
const REST_XML = ["cloudfront", "route53", "s3"];

/**
 * The protocol of a request, from its headers: clients choose among those that a service supports.
 *
 * @param service the service in the scope of its signature, if it has one
 */
export function protocolOf(
  { headers, method, path }: ApiRequest,
  service: string | undefined,
): Protocol {
  if (headers["smithy-protocol"] === "rpc-v2-cbor") return cbor;
  if (headers["x-amz-target"] !== undefined) {
    return headers["content-type"]?.includes("json-1.0") ? json["1.0"] : json["1.1"];
  }
  if (service === "ec2") return ec2;
  // No service here uses REST; this only affects errors, whose type JSON clients find in the body.
  const isRest = method !== "POST" || path !== "/";
  return isRest && !REST_XML.includes(service ?? "") ? json["1.1"] : query;
}
