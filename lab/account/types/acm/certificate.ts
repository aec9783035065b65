import { createHash } from "node:crypto";

import type { acm } from "@pulumi/aws";
import { z } from "zod";

import { AwsError } from "../../errors";
import type { ResourceRecord } from "../../record";
import { type AccountContext, type Properties, resourceType } from "../../resourceType";
import { LISTENER, LISTENER_CERTIFICATE } from "../elasticloadbalancingv2/tokens";
import { inputsOf, tags, text, unsupported, uuid } from "../shared";
import { isIssued, issueValidated, isValidated, type ValidationOption } from "./issue";
import { CERTIFICATE } from "./tokens";

/** Source: ACM API reference, "RequestCertificate", `DomainName`. */
const certifiedName = z
  .string()
  .max(253)
  .regex(
    /^(\*\.)?(((?!-)[A-Za-z0-9-]{0,62}[A-Za-z0-9])\.)+((?!-)[A-Za-z0-9-]{1,62}[A-Za-z0-9])$/,
    "is not a domain name that ACM certifies, such as example.com or *.example.com",
  );

/** Maximum length of the first name. Source: ACM API reference, "RequestCertificate", `DomainName`. */
const LONGEST_FIRST_NAME = 64;
/** Source: ACM user guide, "Quotas", "Number of domain names per ACM certificate". */
const MOST_NAMES = 10;
/** Validity of a public certificate, in days. Source: ACM user guide, "ACM certificate characteristics". */
const VALID_DAYS = 198;

const validationMethod = z.literal("DNS", { error: "must be DNS in the offline account" });

/** A public certificate, validated by DNS; the offline account supports neither imported nor private ones. */
export const certificate = resourceType({
  token: CERTIFICATE,
  inputs: inputsOf<acm.CertificateArgs>()({
    certificateAuthorityArn: unsupported,
    certificateBody: unsupported,
    certificateChain: unsupported,
    domainName: certifiedName.optional(),
    earlyRenewalDuration: unsupported,
    keyAlgorithm: z.enum(["RSA_2048", "EC_prime256v1", "EC_secp384r1"]).optional(),
    options: unsupported,
    privateKey: unsupported,
    privateKeyWo: unsupported,
    privateKeyWoVersion: unsupported,
    region: text,
    subjectAlternativeNames: z.array(certifiedName).optional(),
    tags,
    validationMethod: validationMethod.optional(),
    validationOptions: unsupported,
  }),
  immutable: [
    "domainName",
    "keyAlgorithm",
    "region",
    "subjectAlternativeNames",
    "validationMethod",
  ],
  sets: ["subjectAlternativeNames"],
  computed: [
    "arn",
    "domainName",
    "domainValidationOptions",
    "keyAlgorithm",
    "notAfter",
    "notBefore",
    "options",
    "pendingRenewal",
    "renewalEligibility",
    "renewalSummaries",
    "status",
    "subjectAlternativeNames",
    "type",
    "validationEmails",
    "validationMethod",
  ],
  rules: [
    {
      keys: ["domainName", "validationMethod"],
      check: ({ domainName, validationMethod: method }) =>
        domainName === undefined || method === undefined
          ? "domainName and validationMethod must be set when creating an ACM certificate"
          : undefined,
    },
  ],
  validate(_context, { domainName = "", subjectAlternativeNames = [] }) {
    if (domainName.length > LONGEST_FIRST_NAME) {
      throw new AwsError(
        "ValidationException",
        `The first domain name can be no longer than ${LONGEST_FIRST_NAME} characters: ${domainName}`,
      );
    }
    const { length } = namesOf(domainName, subjectAlternativeNames);
    if (length > MOST_NAMES) {
      throw new AwsError(
        "LimitExceededException",
        `Error: the maximum number of ${MOST_NAMES} domain names was exceeded: ${length}`,
      );
    }
  },
  create(context, { domainName = "", subjectAlternativeNames = [] }) {
    const certificateArn = context.arn("acm", `certificate/${uuid(context, "certificate")}`);
    const names = namesOf(domainName, subjectAlternativeNames);
    return {
      id: certificateArn,
      outputs: {
        arn: certificateArn,
        domainValidationOptions: names.map((name) => validationRecord(context, name)),
        keyAlgorithm: "RSA_2048",
        notAfter: "",
        notBefore: "",
        options: { certificateTransparencyLoggingPreference: "ENABLED", export: "DISABLED" },
        pendingRenewal: false,
        renewalEligibility: "INELIGIBLE",
        renewalSummaries: [],
        status: "PENDING_VALIDATION",
        type: "AMAZON_ISSUED",
        validationEmails: [],
      },
    };
  },
  complete: ({ domainName = "", subjectAlternativeNames = [] }) => ({
    subjectAlternativeNames: namesOf(domainName, subjectAlternativeNames),
  }),
  update: (context, _inputs, before) =>
    isIssued(before) || !isValidated(context, before) ? {} : issued(),
  thereupon: (account) => issueValidated(account),
  beforeDelete(context, { id }) {
    const isUsed = [LISTENER, LISTENER_CERTIFICATE]
      .flatMap((type) => context.list(type))
      .some(({ outputs }) => outputs.certificateArn === id);
    if (!isUsed) return;
    throw new AwsError(
      "ResourceInUseException",
      `Certificate ${id} in account ${context.accountId} is in use.`,
    );
  },
});

function issued(): Properties {
  const now = Date.now();
  const day = 24 * 60 * 60 * 1000;
  return {
    status: "ISSUED",
    notBefore: new Date(now).toISOString(),
    notAfter: new Date(now + VALID_DAYS * day).toISOString(),
  };
}

/** All names, including the first, as ACM returns them. */
function namesOf(domainName: string, others: readonly string[]): string[] {
  return [...new Set([domainName, ...others])];
}

/** The validation record of a name, which is the same each time for an account. */
function validationRecord({ accountId }: AccountContext, name: string): ValidationOption {
  const base = name.replace(/^\*\./, "").toLowerCase();
  const digest = (what: string, length: number) =>
    createHash("sha256").update([what, accountId, base].join(" ")).digest("hex").slice(0, length);
  return {
    domainName: name,
    resourceRecordName: `_${digest("name", 32)}.${base}.`,
    resourceRecordType: "CNAME",
    resourceRecordValue: `_${digest("value", 32)}.${digest("zone", 10)}.acm-validations.aws.`,
  };
}

/** Names that a certificate covers, e.g. `example.com` and `*.example.com`. */
export function certifiedNames({ outputs }: ResourceRecord): readonly string[] {
  return outputs.subjectAlternativeNames as readonly string[];
}
