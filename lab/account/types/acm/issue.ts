import type { LiveAccount, ResourceRecord } from "../../record";
import type { AccountContext } from "../../resourceType";
import { hasRecord } from "../route53/lookups";
import { CERTIFICATE } from "./tokens";

/** A record by which ACM sees that a domain is its owner's. */
export interface ValidationOption {
  readonly domainName: string;
  readonly resourceRecordName: string;
  readonly resourceRecordType: string;
  readonly resourceRecordValue: string;
}

/** The records that a certificate waits for, one for each of its names; those of `*.name` and `name` are the same. */
export function validationOptions({ outputs }: ResourceRecord): readonly ValidationOption[] {
  return outputs.domainValidationOptions as readonly ValidationOption[];
}

export const isIssued = ({ outputs }: ResourceRecord): boolean => outputs.status === "ISSUED";

/** Names that ECS gives Express services. AWS's end in `.on.aws`; these end in `.localhost`, which is this machine. */
const AWS_OWN_NAME = /\.ecs\.[a-z0-9-]+\.localhost$/;

/** Whether all the records that a certificate waits for are there; AWS itself puts them for names of its own. */
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
 * Has ACM issue the certificates whose records are there. It does so within minutes; a certificate stays issued when
 * its records go.
 *
 * Source: ACM user guide, "AWS Certificate Manager DNS validation".
 */
export async function issueValidated(account: LiveAccount): Promise<void> {
  const pending = account.list(CERTIFICATE).filter((one) => !isIssued(one));
  for (const certificate of pending) {
    if (isValidated(account, certificate)) await account.note(CERTIFICATE, certificate.id, {});
  }
}
