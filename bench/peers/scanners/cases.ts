import type { ScannerCase } from "./case";
import { accountCases } from "./cases/account";
import { networkCases } from "./cases/network";
import { taskCases } from "./cases/tasks";

/** Every case, in the order of the table. */
export const cases: readonly ScannerCase[] = [...networkCases, ...taskCases, ...accountCases];
