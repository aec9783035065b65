import type { acm } from "@pulumi/aws";

import { resourceType } from "../../resourceType";
import { arn, inputsOf, mustExist, text, texts } from "../shared";
import { normalized } from "../route53/names";
import { isIssued, validationOptions } from "./issue";
import { CERTIFICATE, CERTIFICATE_VALIDATION } from "./tokens";

/**
 * Not a resource of AWS's: the provider uses it to wait until ACM has issued a certificate. Here that happens at once
 * or never, so the result comes without a wait.
 *
 * Source: terraform-provider-aws, internal/service/acm/certificate_validation.go.
 */
export const certificateValidation = resourceType({
  token: CERTIFICATE_VALIDATION,
  inputs: inputsOf<acm.CertificateValidationArgs>()({
    certificateArn: arn,
    region: text,
    validationRecordFqdns: texts,
  }),
  immutable: ["certificateArn", "region", "validationRecordFqdns"],
  sets: ["validationRecordFqdns"],
  computed: [],
  validate(context, { certificateArn, validationRecordFqdns: given = [] }) {
    const certificate = mustExist(
      context,
      CERTIFICATE,
      certificateArn,
      "ResourceNotFoundException",
      `Could not find certificate ${certificateArn}.`,
    );
    const names = given.map(normalized);
    const missing = validationOptions(certificate)
      .filter(({ resourceRecordName }) => !names.includes(normalized(resourceRecordName)))
      .map(
        ({ domainName, resourceRecordName }) =>
          `missing ${domainName} DNS validation record: ${normalized(resourceRecordName)}`,
      );
    if (given.length > 0 && missing.length > 0) throw new Error(missing.join("\n"));
    if (isIssued(certificate)) return;
    throw new Error(
      `waiting for ACM Certificate (${certificateArn}) to be issued: timeout while waiting for state to become ` +
        "'ISSUED' (last state: 'PENDING_VALIDATION'): no hosted zone of the account has its validation records",
    );
  },
  create: (context, { certificateArn }) => ({
    id: `${certificateArn}/${context.count(certificateArn)}`,
    outputs: {},
  }),
});
