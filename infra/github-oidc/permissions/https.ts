import type { Statement } from "../../../components/shared/iamPolicies";
import { arns, may, type Scope, tagged, taggedAtCreation } from "./scope";

/**
 * A certificate of AWS Certificate Manager for a domain, proven by records in a hosted zone of Route 53. Zones are made by
 * others and have no names of ours; in them are touched the records that prove a certificate, and aliases of load balancers.
 *
 * Source: Route 53 developer guide, "Using IAM policy conditions for fine-grained access control".
 */
export function https(scope: Scope): Statement[] {
  const certificates = arns(scope, "acm", "certificate/*");
  return [
    may("acm", ["RequestCertificate"], "*", taggedAtCreation),
    may("acm", ["AddTagsToCertificate"], certificates, taggedAtCreation),
    may(
      "acm",
      ["AddTagsToCertificate", "DeleteCertificate", "RemoveTagsFromCertificate"],
      certificates,
      tagged,
    ),
    may("route53", ["ChangeResourceRecordSets"], "arn:aws:route53:::hostedzone/*", {
      "ForAllValues:StringEquals": {
        "route53:ChangeResourceRecordSetsRecordTypes": ["A", "CNAME"],
      },
    }),
    may("route53", ["ListResourceRecordSets"], "arn:aws:route53:::hostedzone/*"),
    may("route53", ["GetChange"], "arn:aws:route53:::change/*"),
  ];
}

/** What a preview asks of zones, and of certificates, which may be somebody else's and so have no tag of ours. */
export function lookUpHttps(scope: Scope): Statement[] {
  return [
    may(
      "acm",
      ["DescribeCertificate", "ListTagsForCertificate"],
      arns(scope, "acm", "certificate/*"),
    ),
    may("route53", ["GetHostedZone", "ListTagsForResource"], "arn:aws:route53:::hostedzone/*"),
    may("route53", ["ListHostedZones", "ListHostedZonesByName"], "*"),
  ];
}
