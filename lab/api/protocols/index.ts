import type { ApiRequest } from "../signature";
import { CborProtocol } from "./cbor";
import { JsonProtocol } from "./json";
import type { Protocol } from "./protocol";
import { Ec2Protocol, QueryProtocol } from "./query";

const ec2 = new Ec2Protocol();
const query = new QueryProtocol();
const cbor = new CborProtocol();
const json = { "1.0": new JsonProtocol("1.0"), "1.1": new JsonProtocol("1.1") };

/**
 * The protocol in which a request is written, as its headers tell: clients choose among those that a service has.
 *
 * @param service the service in the scope of its signature, if it has one
 */
export function protocolOf({ headers }: ApiRequest, service: string | undefined): Protocol {
  if (headers["smithy-protocol"] === "rpc-v2-cbor") return cbor;
  if (headers["x-amz-target"] !== undefined) {
    return headers["content-type"]?.includes("json-1.0") ? json["1.0"] : json["1.1"];
  }
  return service === "ec2" ? ec2 : query;
}
