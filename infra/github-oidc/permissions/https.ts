import type { Statement } from "../../../components/shared/iamPolicies";
import { arns, may, type Scope, tagged, taggedAtCreation } from "./scope";

/**
 * A certificate of AWS Certificate Manager for a domain, validated by records in a Route 53 hosted zone. Zones are created
 * elsewhere, so their names are unknown; only validation records and aliases of load balancers are changed in them.
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

/** What a preview reads about zones and certificates, which may belong to others and so lack the program's tag. */
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
