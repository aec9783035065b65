import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

import { type Transform, transformed } from "../shared/transform";

/** A domain under which a load balancer answers by HTTPS. */
export interface DomainArgs {
  /**
   * Its name, e.g. `shop.example.com`, in lower case and of at most 64 characters.
   * @throws if it is no such name
   */
  name: string;
  /**
   * Id of the public hosted zone that it is in, e.g. `Z0123456789ABCDEFGHIJ`, that of `example.com`; the domain must
   * be delegated to it.
   * @throws if it is text and no such id
   */
  hostedZoneId: pulumi.Input<string>;
  /**
   * Further names that lead here and that the certificate is for too, at most nine, e.g. `*.shop.example.com`.
   * @default []
   * @throws if there are more than nine, one is no domain, or one is there twice
   */
  alternativeNames?: readonly string[];
}

/** The last word on the arguments of each resource that a domain's certificate consists of. */
export interface DomainTransform {
  certificate?: Transform<aws.acm.CertificateArgs>;
  /** `…-validation…`, by which ACM sees whose the domain is, and `…-alias…`, which leads it to the load balancer. */
  record?: Transform<aws.route53.RecordArgs>;
  certificateValidation?: Transform<aws.acm.CertificateValidationArgs>;
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
          // The record is the same for every certificate of the name in this account.
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

/** Leads the domain and its other names to a load balancer. */
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

/** Names with a record each: that of `*.name` is that of `name`. */
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
 * The record that ACM wants of a name.
 *
 * @throws Error if it wants none, as of a name that a `transform` took out of the certificate.
 */
export function optionOf<Option extends { domainName: string }>(
  options: readonly Option[],
  name: string,
): Option {
  const found = options.find(({ domainName }) => domainName.replace(/^\*\./, "") === name);
  if (found !== undefined) return found;
  throw new Error(
    `domain: ACM wants no record for ${name}; leave the certificate's names as they are`,
  );
}

/** What a name has beyond the domain, for a resource's name: "" for itself, `-any-nginx` for `*.nginx.<domain>`. */
function suffixOf(name: string, { name: domain }: DomainArgs): string {
  const labels = (name === domain ? "" : name.replace(`.${domain}`, "")).split(".").filter(Boolean);
  return labels.map((label) => `-${label === "*" ? "any" : label}`).join("");
}
