import type { Statement } from "../../../components/shared/iamPolicies";
import { arns, may, type Scope, tagged, taggedAtBirth } from "./scope";

/**
 * A certificate of AWS Certificate Manager for a domain, proven by records in a hosted zone of Route 53. Zones are made by
 * others and have no names of ours; in them are touched the records that prove a certificate, and aliases of load balancers.
 *
 * Source: Route 53 developer guide, "Using IAM policy conditions for fine-grained access control".
 */
export function https(scope: Scope): Statement[] {
  const certificates = arns(scope, "acm", "certificate/*");
  return [
    may("acm", ["RequestCertificate"], "*", taggedAtBirth),
    may("acm", ["AddTagsToCertificate"], certificates, taggedAtBirth),
    may(
      "acm",
      [
        ...["AddTagsToCertificate", "DeleteCertificate", "DescribeCertificate"],
        ...["ListTagsForCertificate", "RemoveTagsFromCertificate"],
      ],
      certificates,
      tagged,
    ),
    may("route53", ["ChangeResourceRecordSets"], "arn:aws:route53:::hostedzone/*", {
      "ForAllValues:StringEquals": {
        "route53:ChangeResourceRecordSetsRecordTypes": ["A", "CNAME"],
      },
    }),
    may(
      "route53",
      ["GetHostedZone", "ListResourceRecordSets", "ListTagsForResource"],
      "arn:aws:route53:::hostedzone/*",
    ),
    may("route53", ["GetChange"], "arn:aws:route53:::change/*"),
    may("route53", ["ListHostedZones", "ListHostedZonesByName"], "*"),
  ];
}
