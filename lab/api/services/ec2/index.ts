import type {
  DescribeInstancesRequest,
  DescribeSecurityGroupsRequest,
  DescribeSubnetsRequest,
  DescribeVpcsRequest,
} from "@aws-sdk/client-ec2";

import type { ResourceRecord } from "../../../account/record";
import { AUTO_SCALING_GROUP } from "../../../account/types/autoscaling";
import { SECURITY_GROUP, SUBNET, VPC } from "../../../account/types/ec2/tokens";
import type { InstanceStatus } from "../../../runtime/controlplane/ecs/status";
import { ApiError } from "../../apiError";
import { clients } from "../../clients";
import { pageOf } from "../../paging";
import { recordsOf, tagsOf, textOf } from "../../records";
import type { Api, ApiService, Operation } from "../../service";
import { type Filterable, type Filters, passes } from "../../filters";
import { describeSecurityGroup } from "./securityGroups";

const MOST_LISTED = 1000;

interface Request {
  readonly Filters?: Filters;
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

const operations: Record<string, Operation> = {
  DescribeVpcs: (input: DescribeVpcsRequest, api: Api) => {
    const found = selected(recordsOf(api, VPC), input.VpcIds, "InvalidVpcID.NotFound", "vpc");
    const { items, next } = page(found, input, (vpc) => ({
      cidr: textOf(vpc, "cidrBlock"),
      "cidr-block-association.cidr-block": textOf(vpc, "cidrBlock"),
      "vpc-id": vpc.id,
      "is-default": String(vpc.outputs.isDefault === true),
      "owner-id": api.account.accountId,
      state: "available",
    }));
    return { Vpcs: items.map((one) => describeVpc(api, one)), ...next };
  },

  DescribeSubnets: (input: DescribeSubnetsRequest, api: Api) => {
    const all = recordsOf(api, SUBNET);
    const found = selected(all, input.SubnetIds, "InvalidSubnetID.NotFound", "subnet");
    const { items, next } = page(found, input, (subnet) => ({
      "availability-zone": textOf(subnet, "availabilityZone"),
      "cidr-block": textOf(subnet, "cidrBlock"),
      "map-public-ip-on-launch": String(subnet.outputs.mapPublicIpOnLaunch === true),
      state: "available",
      "subnet-id": subnet.id,
      "vpc-id": textOf(subnet, "vpcId"),
    }));
    return { Subnets: items.map((one) => describeSubnet(api, one)), ...next };
  },

  DescribeSecurityGroups: (input: DescribeSecurityGroupsRequest, api: Api) => {
    const all = recordsOf(api, SECURITY_GROUP);
    const found = selected(all, input.GroupIds, "InvalidGroup.NotFound", "security group").filter(
      ({ outputs }) => input.GroupNames?.includes(String(outputs.name)) !== false,
    );
    const { items, next } = page(found, input, (group) => ({
      description: textOf(group, "description"),
      "group-id": group.id,
      "group-name": textOf(group, "name"),
      "vpc-id": textOf(group, "vpcId"),
    }));
    return { SecurityGroups: items.map((one) => describeSecurityGroup(api, one)), ...next };
  },

  DescribeInstances: (input: DescribeInstancesRequest, api: Api) => {
    const all = api.plane.status().instances.map((one) => ({ ...one, group: groupOf(api, one) }));
    const strange = input.InstanceIds?.find((id) => !all.some((one) => one.id === id));
    if (strange !== undefined) {
      const text = `The instance ID '${strange}' does not exist`;
      throw new ApiError("InvalidInstanceID.NotFound", text);
    }
    const found = all.filter(
      (one) =>
        input.InstanceIds?.includes(one.id) !== false &&
        passes(input.Filters, {
          "availability-zone": one.zone,
          "instance-id": one.id,
          "instance-state-name": "running",
          "instance-type": one.instanceType,
          "tag:aws:autoscaling:groupName": one.autoScalingGroup,
        }),
    );
    const { items, nextToken } = pageOf(found, {
      token: input.NextToken,
      size: input.MaxResults,
      most: MOST_LISTED,
      invalidCode: "InvalidParameterValue",
    });
    return {
      Reservations: items.map((one) => ({
        ReservationId: one.id.replace("i-", "r-"),
        OwnerId: api.account.accountId,
        Instances: [describeInstance(api, one, one.group)],
      })),
      ...(nextToken === undefined ? {} : { NextToken: nextToken }),
    };
  },
};

export const ec2: ApiService = {
  title: "Amazon EC2",
  signingName: "ec2",
  protocol: "ec2",
  xmlNamespace: "http://ec2.amazonaws.com/doc/2016-11-15/",
  invalidCode: "MissingParameter",
  model: clients.ec2,
  operations,
  refused: Object.fromEntries(Object.keys(operations).map((name) => [name, ["DryRun"]])),
};

/** The named resources, or all; a missing one is an error. */
function selected(
  all: readonly ResourceRecord[],
  ids: readonly string[] | undefined,
  code: string,
  what: string,
): ResourceRecord[] {
  if (ids === undefined) return [...all];
  return ids.map((id) => {
    const found = all.find((one) => one.id === id);
    if (found === undefined) throw new ApiError(code, `The ${what} ID '${id}' does not exist`);
    return found;
  });
}

function page(
  all: readonly ResourceRecord[],
  { Filters: filters, MaxResults: size, NextToken: token }: Request,
  filterable: (record: ResourceRecord) => Filterable,
) {
  const found = all.filter((record) => passes(filters, filterable(record), { record }));
  const request = { token, size, most: MOST_LISTED, invalidCode: "InvalidParameterValue" };
  const { items, nextToken } = pageOf(found, request);
  return { items, next: nextToken === undefined ? {} : { NextToken: nextToken } };
}

function describeVpc({ account }: Api, record: ResourceRecord): object {
  const { id, outputs } = record;
  return {
    VpcId: id,
    CidrBlock: outputs.cidrBlock,
    DhcpOptionsId: outputs.dhcpOptionsId,
    InstanceTenancy: outputs.instanceTenancy ?? "default",
    IsDefault: outputs.isDefault === true,
    OwnerId: account.accountId,
    State: "available",
    Tags: tagsOf(record),
  };
}

function describeSubnet({ account }: Api, record: ResourceRecord): object {
  const { id, outputs } = record;
  const mask = Number(String(outputs.cidrBlock).split("/")[1]);
  return {
    SubnetId: id,
    SubnetArn: outputs.arn,
    VpcId: outputs.vpcId,
    CidrBlock: outputs.cidrBlock,
    AvailabilityZone: outputs.availabilityZone,
    AvailabilityZoneId: outputs.availabilityZoneId,
    // AWS reserves five addresses of each subnet. The lab's tasks use none.
    AvailableIpAddressCount: 2 ** (32 - mask) - 5,
    DefaultForAz: false,
    MapPublicIpOnLaunch: outputs.mapPublicIpOnLaunch === true,
    OwnerId: account.accountId,
    State: "available",
    Tags: tagsOf(record),
  };
}

function groupOf(api: Api, { autoScalingGroup }: InstanceStatus): ResourceRecord | undefined {
  return recordsOf(api, AUTO_SCALING_GROUP).find(
    ({ outputs }) => outputs.name === autoScalingGroup,
  );
}

function describeInstance(
  api: Api,
  instance: InstanceStatus,
  group: ResourceRecord | undefined,
): object {
  const subnets = (group?.outputs.vpcZoneIdentifiers ?? []) as string[];
  const subnet = recordsOf(api, SUBNET).find(
    ({ id, outputs }) => subnets.includes(id) && outputs.availabilityZone === instance.zone,
  );
  return {
    InstanceId: instance.id,
    InstanceType: instance.instanceType,
    Placement: { AvailabilityZone: instance.zone, Tenancy: "default" },
    State: { Code: 16, Name: "running" },
    ...(subnet === undefined ? {} : { SubnetId: subnet.id, VpcId: subnet.outputs.vpcId }),
    Tags:
      instance.autoScalingGroup === undefined
        ? []
        : [{ Key: "aws:autoscaling:groupName", Value: instance.autoScalingGroup }],
  };
}
