import fc from "fast-check";

import type { Account } from "../../../lab/account/account";
import { create, TYPES } from "./fixtures";

/** A change to the account's log groups. */
export type Operation =
  | { readonly kind: "create"; readonly name: string }
  | { readonly kind: "update"; readonly name: string; readonly days: number }
  | { readonly kind: "delete"; readonly name: string };

const name = fc.constantFrom("a", "b", "c", "d");
export const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ kind: fc.constant("create" as const), name }),
  fc.record({ kind: fc.constant("update" as const), name, days: fc.constantFrom(1, 7, 30) }),
  fc.record({ kind: fc.constant("delete" as const), name }),
);

/** Performs an operation; refusals, such as of a name that is taken, are expected. */
export async function perform(account: Account, { ...step }: Operation): Promise<void> {
  const refused = () => undefined;
  switch (step.kind) {
    case "create":
      await create(account, "logGroup", { name: step.name }).catch(refused);
      return;
    case "update":
      await account
        .modify(TYPES.logGroup, step.name, { retentionInDays: step.days })
        .catch(refused);
      return;
    case "delete":
      await account.delete(TYPES.logGroup, step.name);
  }
}
