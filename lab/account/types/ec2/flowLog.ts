import type { ec2 } from "@pulumi/aws";
import { z } from "zod";

import { AwsError } from "../../errors";
import { type AccountContext, type Properties, resourceType } from "../../resourceType";
import { mustHaveBucket } from "../s3/lookups";
import { arn, exactlyOne, inputsOf, mustExist, tags, text, unsupported } from "../shared";
import { mustHaveSubnet } from "./lookups";
import { FLOW_LOG, VPC } from "./tokens";

/** Amazon VPC user guide, "Flow log records", the default format (version 2). */
const defaultFormat = [
  ["version", "account-id", "interface-id", "srcaddr", "dstaddr", "srcport", "dstport"],
  ["protocol", "packets", "bytes", "start", "end", "action", "log-status"],
]
  .flat()
  .map((name) => `\${${name}}`)
  .join(" ");

/** Source: terraform-provider-aws, internal/service/ec2/vpc_flow_log.go, `resourceFlowLog`. */
export const flowLog = resourceType({
  token: FLOW_LOG,
  inputs: inputsOf<ec2.FlowLogArgs>()({
    deliverCrossAccountRole: unsupported,
    destinationOptions: z
      .strictObject({
        fileFormat: z.enum(["plain-text", "parquet"]).default("plain-text"),
        hiveCompatiblePartitions: z.boolean().default(false),
        perHourPartition: z.boolean().default(false),
      })
      .optional(),
    eniId: unsupported,
    iamRoleArn: arn.optional(),
    logDestination: arn.optional(),
    logDestinationType: z
      .enum(["cloud-watch-logs", "s3"], { error: "must be cloud-watch-logs or s3 here" })
      .default("cloud-watch-logs"),
    logFormat: text,
    maxAggregationInterval: z.union([z.literal(60), z.literal(600)]).default(600),
    region: text,
    regionalNatGatewayId: unsupported,
    subnetId: text,
    tagFieldSpecifications: unsupported,
    tags,
    trafficType: z.enum(["ACCEPT", "REJECT", "ALL"]).optional(),
    transitGatewayAttachmentId: unsupported,
    transitGatewayId: unsupported,
    vpcId: text,
  }),
  immutable: [
    "destinationOptions",
    "iamRoleArn",
    "logDestination",
    "logDestinationType",
    "logFormat",
    "maxAggregationInterval",
    "region",
    "subnetId",
    "trafficType",
    "vpcId",
  ],
  computed: ["arn", "logDestination", "logFormat"],
  rules: [exactlyOne("vpcId", "subnetId")],
  validate(context, inputs, before) {
    if (before) return;
    const { vpcId, subnetId, trafficType } = inputs;
    if (trafficType === undefined) {
      throw new AwsError("MissingParameter", "The request must contain the parameter TrafficType");
    }
    if (subnetId !== undefined) mustHaveSubnet(context, subnetId);
    if (vpcId !== undefined) {
      const text = `The vpc ID '${vpcId}' does not exist`;
      mustExist(context, VPC, vpcId, "InvalidVpcID.NotFound", text);
    }
    mustHaveDestination(context, inputs);
    const same = context
      .list(FLOW_LOG)
      .some(({ outputs }) => keys.every((key) => outputs[key] === (inputs as Properties)[key]));
    if (same) {
      throw new AwsError(
        "FlowLogAlreadyExists",
        "There is an existing Flow Log with the same configuration and log destination.",
      );
    }
  },
  create(context, inputs) {
    const id = `fl-${context.hex("id")}`;
    return {
      id,
      outputs: {
        arn: context.arn("ec2", `vpc-flow-log/${id}`),
        logDestination: inputs.logDestination ?? "",
        logFormat: defaultFormat,
      },
    };
  },
});

/** Properties that two flow logs of one account must not share. */
const keys = ["vpcId", "subnetId", "trafficType", "logDestination"];

/**
 * A role of the account writes to a log group, AWS itself to a bucket.
 *
 * Source: Amazon VPC user guide, "Publish flow logs to CloudWatch Logs" and "Publish flow logs to Amazon S3".
 */
function mustHaveDestination(
  context: AccountContext,
  { logDestinationType, logDestination, iamRoleArn }: Properties,
): void {
  const isBucket = logDestinationType === "s3";
  if (typeof logDestination !== "string") {
    throw new AwsError("MissingParameter", "The request must contain the parameter LogDestination");
  }
  if (isBucket === (iamRoleArn !== undefined)) {
    throw new AwsError(
      "InvalidParameter",
      isBucket
        ? "DeliverLogsPermissionArn is not applicable for s3 delivery"
        : "DeliverLogsPermissionArn can't be empty if LogDestinationType is cloud-watch-logs",
    );
  }
  const [service, name = ""] = [logDestination.split(":")[2], logDestination.split(":")[5]];
  if (service !== (isBucket ? "s3" : "logs")) {
    throw new AwsError("InvalidParameter", `LogDestination: ${logDestination} is not valid`);
  }
  if (isBucket) mustHaveBucket(context, name.split("/")[0] ?? "");
}
