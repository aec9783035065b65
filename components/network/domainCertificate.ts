import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

import { type Transform, transformed } from "../shared/transform";

/** A domain under which a load balancer answers by HTTPS. */
export interface DomainArgs {
  /**
   * Its name, e.g. `shop.example.com`, in lower case and of at most 64 characters.
   * @throws if it is not such a name
   */
  name: string;
  /**
   * Id of the public hosted zone that contains it (here that of `example.com`), e.g. `Z0123456789ABCDEFGHIJ`; the
   * domain must
   * be delegated to it.
   * @throws if it is text but not such an id
   */
  hostedZoneId: pulumi.Input<string>;
  /**
   * Additional names that point here and that the certificate also covers, at most nine, e.g. `*.shop.example.com`.
   * @default []
   * @throws if there are more than nine, one is not a domain, or one is listed twice
   */
  alternativeNames?: readonly string[];
}

/** Overrides for the arguments of each resource that a domain's certificate consists of. */
export interface DomainTransform {
  certificate?: Transform<aws.acm.CertificateArgs>;
  /** `…-validation…`, which proves to ACM who owns the domain, and `…-alias…`, which points it to the load balancer. */
  record?: Transform<aws.route53.RecordArgs>;
  certificateValidation?: Transform<aws.acm.CertificateValidationArgs>;
}

/** How long ACM may take to see the records; a domain that is not delegated to its zone is never validated. */
const validationTimeout = "30m";

/**
 * A certificate for a domain. ACM issues it once it sees its records in the domain's zone, and renews it for as long as
 * they exist. Both are free; the zone is not, and is not created here.
 *
 * Source: ACM user guide, "AWS Certificate Manager DNS validation".
 *
 * @returns the certificate's ARN, known once it is issued.
 */
export function createDomainCertificate(
  name: string,
  domain: DomainArgs,
  parent: pulumi.Resource,
  transform?: DomainTransform,
): pulumi.Output<string> {
  const { alternativeNames = [] } = domain;
  const certificate = new aws.acm.Certificate(
    `${name}-certificate`,
    transformed(
      `${name}-certificate`,
      {
        domainName: domain.name,
        subjectAlternativeNames: [...alternativeNames],
        validationMethod: "DNS",
      },
      transform?.certificate,
    ),
    { parent },
  );
  const records = validatedNames(domain).map((validated) => {
    const recordName = `${name}-validation${suffixOf(validated, domain)}`;
    return new aws.route53.Record(
      recordName,
      transformed(
        recordName,
        {
          zoneId: domain.hostedZoneId,
          ...validationRecord(certificate, validated),
          ttl: 300,
          // All certificates for the name in this account share one record.
          allowOverwrite: true,
        },
        transform?.record,
      ),
      { parent },
    );
  });
  const validation = new aws.acm.CertificateValidation(
    `${name}-issued`,
    transformed(
      `${name}-issued`,
      {
        certificateArn: certificate.arn,
        validationRecordFqdns: records.map(({ fqdn }) => fqdn),
      },
      transform?.certificateValidation,
    ),
    { parent, customTimeouts: { create: validationTimeout } },
  );
  return validation.certificateArn;
}

/** Points the domain and its other names to a load balancer. */
export function createAliases(
  name: string,
  domain: DomainArgs,
  loadBalancer: aws.lb.LoadBalancer,
  parent: pulumi.Resource,
  transform?: DomainTransform,
): void {
  for (const alias of [domain.name, ...(domain.alternativeNames ?? [])]) {
    const recordName = `${name}-alias${suffixOf(alias, domain)}`;
    new aws.route53.Record(
      recordName,
      transformed(
        recordName,
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
        transform?.record,
      ),
      { parent },
    );
  }
}

/** Names that need a record; `*.name` shares that of `name`. */
function validatedNames({ name, alternativeNames = [] }: DomainArgs): string[] {
  return [...new Set([name, ...alternativeNames].map((one) => one.replace(/^\*\./, "")))];
}

function validationRecord(certificate: aws.acm.Certificate, name: string) {
  const option = certificate.domainValidationOptions.apply((options) => optionOf(options, name));
  return {
    name: option.resourceRecordName,
    type: option.resourceRecordType,
    records: [option.resourceRecordValue],
  };
}

/**
 * The record that ACM requires for a name.
 *
 * @throws Error if it requires none, e.g. because a `transform` removed the name from the certificate.
 */
export function optionOf<Option extends { domainName: string }>(
  options: readonly Option[],
  name: string,
): Option {
  const found = options.find(({ domainName }) => domainName.replace(/^\*\./, "") === name);
  if (found !== undefined) return found;
  throw new Error(
    `domain: ACM requires no record for ${name}; do not change the certificate's names`,
  );
}

/** The part of a name before the domain, for a resource's name: "" for itself, `-any-nginx` for `*.nginx.<domain>`. */
function suffixOf(name: string, { name: domain }: DomainArgs): string {
  const labels = (name === domain ? "" : name.replace(`.${domain}`, "")).split(".").filter(Boolean);
  return labels.map((label) => `-${label === "*" ? "any" : label}`).join("");
}
