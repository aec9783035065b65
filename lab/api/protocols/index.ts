import type { ApiRequest } from "../signature";
import { CborProtocol } from "./cbor";
import { JsonProtocol } from "./json";
import type { Protocol } from "./protocol";
import { Ec2Protocol, QueryProtocol } from "./query";

const ec2 = new Ec2Protocol();
const query = new QueryProtocol();
const cbor = new CborProtocol();
const json = { "1.0": new JsonProtocol("1.0"), "1.1": new JsonProtocol("1.1") };

/** Services whose errors are XML, as those of REST are in JSON otherwise. */
const REST_XML = ["cloudfront", "route53", "s3"];

/**
 * The protocol in which a request is written, as its headers tell: clients choose among those that a service has.
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
  // No service here has REST: it is for the error, whose kind JSON clients find in the body.
  const isRest = method !== "POST" || path !== "/";
  return isRest && !REST_XML.includes(service ?? "") ? json["1.1"] : query;
}
