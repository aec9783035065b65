import { AwsError } from "../../errors";
import { type QuotaName, checkQuota } from "../../quotas";
import type { ResourceRecord } from "../../record";
import type { AccountContext } from "../../resourceType";
import { inRegion, mustExist } from "../shared";
import { SECURITY_GROUP, SUBNET, VPC } from "./tokens";

export function inVpc(context: AccountContext, type: string, vpcId: string): ResourceRecord[] {
  return context.list(type).filter((record) => record.outputs.vpcId === vpcId);
}

export function mustHaveVpc(context: AccountContext, id: string): ResourceRecord {
  return mustExist(context, VPC, id, "InvalidVpcID.NotFound", `The vpc ID '${id}' does not exist`);
}

export function mustHaveSubnet(context: AccountContext, id: string): ResourceRecord {
  return mustExist(
    context,
    SUBNET,
    id,
    "InvalidSubnetID.NotFound",
    `The subnet ID '${id}' does not exist`,
  );
}

/** Checks that a security group exists in the account, or is a VPC's default one. */
export function mustHaveSecurityGroup(context: AccountContext, id: string): void {
  if (context.list(VPC).some((vpc) => vpc.outputs.defaultSecurityGroupId === id)) return;
  mustExist(
    context,
    SECURITY_GROUP,
    id,
    "InvalidGroup.NotFound",
    `The security group '${id}' does not exist`,
  );
}

/** Checks that the quota allows one more resource of a type in the region. */
export function mustBeWithinQuota(
  context: AccountContext,
  type: string,
  quota: QuotaName,
  isCounted: (record: ResourceRecord) => boolean = () => true,
): void {
  const used = inRegion(context, type).filter(isCounted);
  checkQuota(quota, used.length, context.quotas);
}

export function dependencyViolation(what: string, id: string, by: ResourceRecord): AwsError {
  return new AwsError(
    "DependencyViolation",
    `The ${what} '${id}' has dependencies and cannot be deleted (${by.type} ${by.id})`,
  );
}
