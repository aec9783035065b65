import type { ResourceRecord } from "../../record";
import type { AccountContext } from "../../resourceType";
import { mustExist } from "../shared";
import { normalized } from "./names";
import { RECORD, ZONE } from "./tokens";

/** A zone by its id, as `Z0123…` or `/hostedzone/Z0123…`. @throws AwsError if there is none */
export function mustHaveZone(context: AccountContext, zoneId: string): ResourceRecord {
  const id = zoneId.replace(/^\/hostedzone\//, "");
  return mustExist(context, ZONE, id, "NoSuchHostedZone", `No hosted zone found with ID: ${id}`);
}

export function recordsOf(context: AccountContext, { id }: ResourceRecord): ResourceRecord[] {
  return context
    .list(RECORD)
    .filter(({ outputs }) => String(outputs.zoneId).replace(/^\/hostedzone\//, "") === id);
}

/** Whether a public zone has a record of a name with a value. */
export function hasRecord(
  context: Pick<AccountContext, "list">,
  type: string,
  name: string,
  value: string,
): boolean {
  return context.list(RECORD).some(({ outputs }) => {
    const values = (outputs.records ?? []) as readonly string[];
    return (
      outputs.type === type &&
      outputs.fqdn === normalized(name) &&
      values.some((one) => normalized(one) === normalized(value))
    );
  });
}
