import type { Account } from "../../../../lab/account/account";
import type { ResourceRecord } from "../../../../lab/account/record";
import { type ValidationOption, validationOptions } from "../../../../lab/account/types/acm/issue";
import { create } from "../fixtures";

/** Inputs of the record that a certificate waits for. */
export function validationInputs(option: ValidationOption, zoneId: string) {
  return {
    zoneId,
    name: option.resourceRecordName,
    type: option.resourceRecordType,
    records: [option.resourceRecordValue],
    ttl: 300,
  };
}

/** A certificate that ACM has issued, with its own zone. */
export async function issuedCertificate(
  account: Account,
  domainName = "example.com",
): Promise<ResourceRecord> {
  const zone = await create(account, "zone", { name: domainName });
  const certificate = await create(account, "certificate", {
    domainName,
    validationMethod: "DNS",
  });
  for (const option of validationOptions(certificate)) {
    await create(account, "record", validationInputs(option, zone.id));
  }
  return certificate;
}
