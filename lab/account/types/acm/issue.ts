import type { LiveAccount, ResourceRecord } from "../../record";
import type { AccountContext } from "../../resourceType";
import { hasRecord } from "../route53/lookups";
import { CERTIFICATE } from "./tokens";

/** A record that proves to ACM who owns a domain. */
export interface ValidationOption {
  readonly domainName: string;
  readonly resourceRecordName: string;
  readonly resourceRecordType: string;
  readonly resourceRecordValue: string;
}

/** The records that a certificate waits for, one per name; `*.name` and `name` have the same. */
export function validationOptions({ outputs }: ResourceRecord): readonly ValidationOption[] {
  return outputs.domainValidationOptions as readonly ValidationOption[];
}

export const isIssued = ({ outputs }: ResourceRecord): boolean => outputs.status === "ISSUED";

/** Names that ECS gives Express services. On AWS they end in `.on.aws`; here in `.localhost`, which is this machine. */
const AWS_OWN_NAME = /\.ecs\.[a-z0-9-]+\.localhost$/;

/** Whether all records that a certificate waits for exist; AWS creates those for its own names itself. */
export function isValidated(
  context: Pick<AccountContext, "list">,
  certificate: ResourceRecord,
): boolean {
  return validationOptions(certificate).every(
    ({ domainName, resourceRecordType, resourceRecordName, resourceRecordValue }) =>
      AWS_OWN_NAME.test(domainName) ||
      hasRecord(context, resourceRecordType, resourceRecordName, resourceRecordValue),
  );
}

/**
 * Issues the certificates whose records exist. ACM does so within minutes; a certificate stays issued when its records
 * are removed.
 *
 * Source: ACM user guide, "AWS Certificate Manager DNS validation".
 */
export async function issueValidated(account: LiveAccount): Promise<void> {
  const pending = account.list(CERTIFICATE).filter((one) => !isIssued(one));
  for (const certificate of pending) {
    if (isValidated(account, certificate)) await account.note(CERTIFICATE, certificate.id, {});
  }
}
