import type { ResourceRecord } from "../../record";
import type { AccountContext } from "../../resourceType";
import { mustExist } from "../shared";
import { BUCKET, BUCKET_OBJECT } from "./tokens";

export function mustHaveBucket(context: AccountContext, name: string): void {
  mustExist(context, BUCKET, name, "NoSuchBucket", `The specified bucket does not exist: ${name}`);
}

export function objectsOf(context: AccountContext, name: string): readonly ResourceRecord[] {
  return context.list(BUCKET_OBJECT).filter(({ outputs }) => outputs.bucket === name);
}
