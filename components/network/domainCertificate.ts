import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** A domain under which a load balancer answers by HTTPS. */
export interface DomainArgs {
  /** Its name, e.g. `shop.example.com`, in lower case and of at most 64 characters. */
  name: string;
  /** Id of the public hosted zone that it is in, e.g. that of `example.com`; the domain must be delegated to it. */
  hostedZoneId: pulumi.Input<string>;
  /**
   * Further names that lead here and that the certificate is for too, at most nine, e.g. `*.shop.example.com`.
   * @default []
   */
  alternativeNames?: readonly string[];
}

/** How long ACM may take to see the records; the domain of a zone that nobody asks is never validated. */
const validationTimeout = "30m";

/**
 * A certificate for a domain, which ACM issues once it sees its records in the domain's zone, and renews for as long
 * as they are there. Both cost nothing; the zone does, and is not made here.
 *
 * Source: ACM user guide, "AWS Certificate Manager DNS validation".
 *
 * @returns the certificate's ARN, known once it is issued.
 */
export function createDomainCertificate(
  name: string,
  domain: DomainArgs,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const { alternativeNames = [] } = domain;
  const certificate = new aws.acm.Certificate(
    `${name}-certificate`,
    {
      domainName: domain.name,
      subjectAlternativeNames: [...alternativeNames],
      validationMethod: "DNS",
    },
    { parent },
  );
  const records = validatedNames(domain).map(
    (validated) =>
      new aws.route53.Record(
        `${name}-validation${suffixOf(validated, domain)}`,
        {
          zoneId: domain.hostedZoneId,
          ...validationRecord(certificate, validated),
          ttl: 300,
          // The record is the same for every certificate of the name in this account.
          allowOverwrite: true,
        },
        { parent },
      ),
  );
  const validation = new aws.acm.CertificateValidation(
    `${name}-issued`,
    {
      certificateArn: certificate.arn,
      validationRecordFqdns: records.map(({ fqdn }) => fqdn),
    },
    { parent, customTimeouts: { create: validationTimeout } },
  );
  return validation.certificateArn;
}

/** Leads the domain and its other names to a load balancer. */
export function createAliases(
  name: string,
  domain: DomainArgs,
  loadBalancer: aws.lb.LoadBalancer,
  parent: pulumi.Resource,
): void {
  for (const alias of [domain.name, ...(domain.alternativeNames ?? [])]) {
    new aws.route53.Record(
      `${name}-alias${suffixOf(alias, domain)}`,
      {
        zoneId: domain.hostedZoneId,
        name: alias,
        type: "A",
        aliases: [
          {
            name: loadBalancer.dnsName,
            zoneId: loadBalancer.zoneId,
            evaluateTargetHealth: false,
          },
        ],
      },
      { parent },
    );
  }
}

/** Names with a record each: that of `*.name` is that of `name`. */
function validatedNames({ name, alternativeNames = [] }: DomainArgs): string[] {
  return [...new Set([name, ...alternativeNames].map((one) => one.replace(/^\*\./, "")))];
}

function validationRecord(certificate: aws.acm.Certificate, name: string) {
  const option = certificate.domainValidationOptions.apply((options) => {
    const found = options.find(({ domainName }) => domainName.replace(/^\*\./, "") === name);
    if (found === undefined) throw new Error(`ACM wants no record for ${name}`);
    return found;
  });
  return {
    name: option.resourceRecordName,
    type: option.resourceRecordType,
    records: [option.resourceRecordValue],
  };
}

/** What a name has beyond the domain, for a resource's name: "" for itself, `-any-nginx` for `*.nginx.<domain>`. */
function suffixOf(name: string, { name: domain }: DomainArgs): string {
  const labels = (name === domain ? "" : name.replace(`.${domain}`, "")).split(".").filter(Boolean);
  return labels.map((label) => `-${label === "*" ? "any" : label}`).join("");
}
