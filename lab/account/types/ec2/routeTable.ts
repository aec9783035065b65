import type { ec2 } from "@pulumi/aws";
import { z } from "zod";

import { AwsError } from "../../errors";
import { checkQuota } from "../../quotas";
import { type AccountContext, resourceType } from "../../resourceType";
import { cidr, exactlyOne, inputsOf, mustExist, tags, text, unsupported } from "../shared";
import { dependencyViolation, inVpc, mustHaveSubnet, mustHaveVpc } from "./lookups";
import {
  INTERNET_GATEWAY,
  NAT_GATEWAY,
  ROUTE,
  ROUTE_TABLE,
  ROUTE_TABLE_ASSOCIATION,
  VPC,
} from "./tokens";

const routeTarget = { egressOnlyGatewayId: text, gatewayId: text, natGatewayId: text } as const;

export const routeTable = resourceType({
  token: ROUTE_TABLE,
  inputs: inputsOf<ec2.RouteTableArgs>()({
    propagatingVgws: unsupported,
    region: text,
    routes: z.array(z.strictObject({ cidrBlock: cidr, ...routeTarget })).optional(),
    tags,
    vpcId: z.string(),
  }),
  immutable: ["region", "vpcId"],
  sets: ["routes"],
  computed: ["arn", "ownerId", "propagatingVgws", "routes"],
  validate(context, { vpcId, routes }, before) {
    mustHaveVpc(context, vpcId);
    if (!before) {
      const withMainOne = inVpc(context, ROUTE_TABLE, vpcId).length + 1;
      checkQuota("routeTables", withMainOne, context.quotas);
    }
    for (const route of routes ?? []) mustHaveRouteTarget(context, route);
  },
  create(context) {
    const id = `rtb-${context.hex("id")}`;
    return {
      id,
      outputs: {
        arn: context.arn("ec2", `route-table/${id}`),
        ownerId: context.accountId,
        propagatingVgws: [],
        routes: [],
      },
    };
  },
  beforeDelete(context, record) {
    const user = context
      .list(ROUTE_TABLE_ASSOCIATION)
      .find(({ outputs }) => outputs.routeTableId === record.id);
    if (user) throw dependencyViolation("routeTable", record.id, user);
  },
  owned: (context, record) =>
    context.list(ROUTE).filter(({ outputs }) => outputs.routeTableId === record.id),
});

/** Checks that a route table exists in the account, or is a VPC's main one. */
function mustHaveRouteTable(context: AccountContext, id: string): void {
  if (context.list(VPC).some((record) => record.outputs.mainRouteTableId === id)) return;
  mustExist(
    context,
    ROUTE_TABLE,
    id,
    "InvalidRouteTableID.NotFound",
    `The routeTable ID '${id}' does not exist`,
  );
}

function mustHaveRouteTarget(
  context: AccountContext,
  target: { gatewayId?: string | undefined; natGatewayId?: string | undefined },
): void {
  const { gatewayId, natGatewayId } = target;
  if (gatewayId !== undefined && gatewayId !== "local") {
    mustExist(
      context,
      INTERNET_GATEWAY,
      gatewayId,
      "InvalidInternetGatewayID.NotFound",
      `The internetGateway ID '${gatewayId}' does not exist`,
    );
  }
  if (natGatewayId !== undefined) {
    mustExist(
      context,
      NAT_GATEWAY,
      natGatewayId,
      "InvalidNatGatewayID.NotFound",
      `The natGateway ID '${natGatewayId}' does not exist`,
    );
  }
}

export const routeTableAssociation = resourceType({
  token: ROUTE_TABLE_ASSOCIATION,
  inputs: inputsOf<ec2.RouteTableAssociationArgs>()({
    gatewayId: text,
    region: text,
    routeTableId: z.string(),
    subnetId: text,
  }),
  immutable: ["gatewayId", "region", "subnetId"],
  computed: [],
  rules: [exactlyOne("subnetId", "gatewayId")],
  validate(context, { routeTableId, subnetId }, before) {
    mustHaveRouteTable(context, routeTableId);
    if (subnetId === undefined) return;
    mustHaveSubnet(context, subnetId);
    const other = context
      .list(ROUTE_TABLE_ASSOCIATION)
      .find(({ id, outputs }) => outputs.subnetId === subnetId && id !== before?.id);
    if (other) {
      throw new AwsError(
        "Resource.AlreadyAssociated",
        `the specified association for route table ${routeTableId} conflicts with ` +
          `an existing association (${other.id})`,
      );
    }
  },
  create: (context) => ({ id: `rtbassoc-${context.hex("id")}`, outputs: {} }),
});

export const route = resourceType({
  token: ROUTE,
  inputs: inputsOf<ec2.RouteArgs>()({
    carrierGatewayId: unsupported,
    coreNetworkArn: unsupported,
    destinationCidrBlock: cidr,
    destinationIpv6CidrBlock: unsupported,
    destinationPrefixListId: unsupported,
    egressOnlyGatewayId: unsupported,
    gatewayId: text,
    localGatewayId: unsupported,
    natGatewayId: text,
    networkInterfaceId: unsupported,
    odbNetworkArn: unsupported,
    region: text,
    routeTableId: z.string(),
    transitGatewayId: unsupported,
    vpcEndpointId: unsupported,
    vpcPeeringConnectionId: unsupported,
  }),
  immutable: ["destinationCidrBlock", "region", "routeTableId"],
  computed: ["instanceId", "instanceOwnerId", "networkInterfaceId", "origin", "state"],
  rules: [exactlyOne("gatewayId", "natGatewayId")],
  validate(context, inputs, before) {
    mustHaveRouteTable(context, inputs.routeTableId);
    mustHaveRouteTarget(context, inputs);
    const other = context
      .list(ROUTE)
      .find(
        ({ id, outputs }) =>
          id !== before?.id &&
          outputs.routeTableId === inputs.routeTableId &&
          outputs.destinationCidrBlock === inputs.destinationCidrBlock,
      );
    if (other) {
      throw new AwsError(
        "RouteAlreadyExists",
        `The route identified by ${inputs.destinationCidrBlock} already exists ` +
          `in ${inputs.routeTableId}`,
      );
    }
  },
  create: (context, { routeTableId }) => ({
    id: `r-${routeTableId}${context.hex("id", 10)}`,
    outputs: {
      instanceId: "",
      instanceOwnerId: "",
      networkInterfaceId: "",
      origin: "CreateRoute",
      state: "active",
    },
  }),
});
