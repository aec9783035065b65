import type { ec2 } from "@pulumi/aws";

import { AwsError } from "../../errors";
import { resourceType } from "../../resourceType";
import { inputsOf, tags, text } from "../shared";
import { inVpc, mustBeWithinQuota, mustHaveVpc } from "./lookups";
import { INTERNET_GATEWAY, NAT_GATEWAY } from "./tokens";

export const internetGateway = resourceType({
  token: INTERNET_GATEWAY,
  inputs: inputsOf<ec2.InternetGatewayArgs>()({ region: text, tags, vpcId: text }),
  immutable: ["region"],
  computed: ["arn", "ownerId", "vpcId"],
  validate(context, { vpcId }, before) {
    if (!before) mustBeWithinQuota(context, INTERNET_GATEWAY, "internetGateways");
    if (vpcId === undefined) return;
    mustHaveVpc(context, vpcId);
    const other = inVpc(context, INTERNET_GATEWAY, vpcId).find(({ id }) => id !== before?.id);
    if (other) {
      throw new AwsError(
        "Resource.AlreadyAssociated",
        `network ${vpcId} already has an internet gateway attached: ${other.id}`,
      );
    }
  },
  create(context) {
    const id = `igw-${context.hex("id")}`;
    return {
      id,
      outputs: {
        arn: context.arn("ec2", `internet-gateway/${id}`),
        ownerId: context.accountId,
        vpcId: "",
      },
    };
  },
  beforeDelete(context, record) {
    const { vpcId } = record.outputs;
    const user = context
      .list(NAT_GATEWAY)
      .find(({ outputs }) => outputs.vpcId === vpcId && outputs.connectivityType === "public");
    if (user) {
      throw new AwsError(
        "DependencyViolation",
        `Network ${String(vpcId)} has some mapped public address(es). ` +
          `Please unmap those public address(es) before detaching the gateway (${user.id}).`,
      );
    }
  },
});
