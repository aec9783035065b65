import { VPCS } from "../../../policies/graph/tokens";
import { field, items, type Value } from "../../../policies/graph/value";
import { addArrow, addBox, type Picture } from "./picture";
import type { End } from "./reach";
import { type References, shown, textOf } from "./references";
import { compareText, type StackResource } from "./state";
import {
  INTERNET_GATEWAY,
  NAT_GATEWAY,
  ROUTE,
  ROUTE_TABLE,
  ROUTE_TABLE_ASSOCIATION,
  SUBNETS,
} from "./types";

export const REGION = "region";
const INTERNET = "internet";
const INTERNET_OUT = "internet, as a destination";

/** How packets leave a subnet: through NAT gateways, an internet gateway, or not at all. */
interface InternetAccess {
  natGateways: StackResource[];
  internetGateways: StackResource[];
}

/** Draws the region, its VPCs with their gateways, and the zones with their subnets. */
export function drawNetwork(picture: Picture): void {
  const { references } = picture;
  addBox(picture, {
    key: REGION,
    shape: "frame",
    kind: "AWS region",
    title: regionOf(references) ?? "",
    lines: [],
    urns: [],
  });
  for (const vpc of references.ofType(VPCS)) {
    addBox(picture, {
      key: vpc.urn,
      shape: "frame",
      kind: "VPC",
      title: `${nameTag(vpc)} ${shown(vpc.props.cidrBlock)}`,
      lines: [],
      parent: REGION,
      urns: [vpc.urn],
      facts: { what: "VPC", block: shown(vpc.props.cidrBlock) },
    });
  }
  for (const subnet of references.ofType(SUBNETS)) drawSubnet(picture, subnet);
  drawGateways(picture);
}

function drawSubnet(picture: Picture, subnet: StackResource): void {
  const { references } = picture;
  const [vpc] = references.referred(subnet, "vpcId", VPCS);
  const around = vpc?.urn ?? REGION;
  const zoneName = shown(subnet.props.availabilityZone);
  const zone = addBox(picture, {
    key: `${around} ${zoneName}`,
    shape: "zone",
    kind: "Availability Zone",
    title: zoneName,
    lines: [],
    parent: around,
    urns: [],
  });
  const access = accessOf(internetAccess(references, subnet));
  const block = shown(subnet.props.cidrBlock ?? subnet.props.ipv6CidrBlock);
  const hasNat = references
    .ofType([NAT_GATEWAY])
    .some((nat) => references.referred(nat, "subnetId", SUBNETS).includes(subnet));
  addBox(picture, {
    key: subnet.urn,
    shape: "subnet",
    kind: `${access} subnet`,
    title: block,
    lines: [],
    parent: zone.key,
    urns: [subnet.urn],
    facts: { what: "subnet", access, block, hasNat },
  });
}

function accessOf({ natGateways, internetGateways }: InternetAccess) {
  if (internetGateways.length > 0) return "public";
  return natGateways.length > 0 ? "private" : "isolated";
}

function drawGateways(picture: Picture): void {
  const { references } = picture;
  for (const gateway of references.ofType([INTERNET_GATEWAY])) {
    const [vpc] = references.referred(gateway, "vpcId", VPCS);
    addBox(picture, {
      key: gateway.urn,
      shape: "card",
      kind: "Internet gateway",
      title: nameTag(gateway),
      lines: [],
      parent: vpc?.urn ?? REGION,
      urns: [gateway.urn],
      facts: { what: "internet gateway" },
    });
  }
  for (const nat of references.ofType([NAT_GATEWAY])) {
    const [subnet] = references.referred(nat, "subnetId", SUBNETS);
    const [vpc] = subnet ? references.referred(subnet, "vpcId", VPCS) : [];
    const zone = shown(subnet?.props.availabilityZone);
    // One box for the gateways of all zones: which one a task uses depends on where it runs.
    const box = addBox(picture, {
      key: natKey(vpc),
      shape: "card",
      kind: "NAT gateway",
      title: "",
      lines: [],
      parent: vpc?.urn ?? REGION,
      urns: [],
    });
    box.urns.push(nat.urn);
    box.lines.push({ key: nat.urn, text: `in ${zone}` });
    box.title = box.urns.length === 1 ? "one for all zones" : `${box.urns.length} of them`;
    if (subnet) noteIn(picture, [subnet], "NAT gateway");
  }
}

const natKey = (vpc: StackResource | undefined) => `${vpc?.urn ?? REGION} NAT gateways`;

/** Adds a line to subnets on what they contain. */
export function noteIn(
  picture: Picture,
  subnets: readonly StackResource[],
  resident: string,
): void {
  for (const subnet of subnets) {
    picture.boxes.get(subnet.urn)?.lines.push({ key: resident, text: resident });
  }
}

/** The subnets' VPC, if it is in the stack. */
export function vpcOf(
  references: References,
  subnets: readonly StackResource[],
): StackResource | undefined {
  const [subnet] = subnets;
  return subnet && references.referred(subnet, "vpcId", VPCS)[0];
}

/** The address blocks of subnets or VPCs. */
export function blocksOf(resources: readonly (StackResource | undefined)[]): string[] {
  return resources
    .flatMap((resource) => [resource?.props.cidrBlock, resource?.props.ipv6CidrBlock])
    .filter((block) => typeof block === "string" && block !== "")
    .map(String);
}

/** The resource's Name tag, or else its name in the program. */
function nameTag({ name, props }: StackResource): string {
  return textOf(props.tags, "Name") ?? name;
}

/** A default route: a separate resource, or an entry in a route table's list. */
interface Way {
  holder: StackResource;
  ids: Value;
  nested: boolean;
}

/** Where the default routes of a subnet's route table lead. */
function internetAccess(references: References, subnet: StackResource): InternetAccess {
  const tables = references
    .ofType([ROUTE_TABLE_ASSOCIATION])
    .filter((association) => references.referred(association, "subnetId", SUBNETS).includes(subnet))
    .flatMap((association) => references.referred(association, "routeTableId", [ROUTE_TABLE]));
  const separate = references
    .ofType([ROUTE])
    .filter((route) =>
      references
        .referred(route, "routeTableId", [ROUTE_TABLE])
        .some((table) => tables.includes(table)),
    )
    .filter(({ props }) => isDefault(props.destinationCidrBlock ?? props.destinationIpv6CidrBlock))
    .map((route): Way => ({ holder: route, ids: route.props, nested: false }));
  const inline = tables.flatMap((table) =>
    items(table.inputs.routes)
      .filter((route) => isDefault(field(route, "cidrBlock") ?? field(route, "ipv6CidrBlock")))
      .map((route): Way => ({ holder: table, ids: route, nested: true })),
  );
  const targets = (property: string, type: string) =>
    [...separate, ...inline].flatMap(({ holder, ids, nested }) =>
      references.referred(holder, nested ? "routes" : property, [type], field(ids, property)),
    );
  return {
    natGateways: targets("natGatewayId", NAT_GATEWAY),
    internetGateways: targets("gatewayId", INTERNET_GATEWAY),
  };
}

function isDefault(block: Value): boolean {
  return block === "0.0.0.0/0" || block === "::/0";
}

function regionOf({ resources }: References): string | undefined {
  return resources
    .map(({ props }) => textOf(props.region))
    .filter((region) => region !== undefined)
    .sort(compareText)[0];
}

/**
 * Draws the arrow to a party from whatever may reach it.
 *
 * @param vpc The party's VPC, if it is in the stack.
 */
export function drawReachFrom(
  picture: Picture,
  from: End,
  to: string,
  ports: string,
  vpc: StackResource | undefined,
): void {
  const arrow = { kind: "reach", to, label: ports } as const;
  switch (from.kind) {
    case "party":
      addArrow(picture, { ...arrow, from: from.key });
      return;
    case "internet": {
      drawOutside(picture, INTERNET, "The internet", "any address");
      const gateway = gatewayOf(picture, vpc);
      if (gateway) {
        addArrow(picture, { kind: "forward", from: INTERNET, to: gateway, label: "" });
      }
      addArrow(picture, { ...arrow, from: gateway ?? INTERNET });
      return;
    }
    case "addresses": {
      const around = from.inVpc ? (vpc?.urn ?? REGION) : undefined;
      const key = `${around ?? "outside"} ${from.block}`;
      const kind = from.inVpc ? "Any address in the VPC" : "Addresses";
      const whole = vpc && blocksOf([vpc]).includes(from.block);
      const title = from.inVpc && !whole ? `within ${from.block}` : from.block;
      addBox(picture, { key, shape: "outside", kind, title, lines: [], parent: around, urns: [] });
      addArrow(picture, { ...arrow, from: key });
      return;
    }
    case "other":
      drawOutside(picture, `outside ${from.text}`, "Not in the stack", from.text);
      addArrow(picture, { ...arrow, from: `outside ${from.text}` });
  }
}

/** Draws the arrow from a party to what it may reach outside the VPC, through the gateways in between. */
export function drawReachTo(
  picture: Picture,
  from: string,
  to: End,
  ports: string,
  subnets: readonly StackResource[],
): void {
  if (to.kind === "party") return;
  const isInternet = to.kind === "internet";
  const text = to.kind === "addresses" ? to.block : to.kind === "other" ? to.text : "any address";
  const ways = subnets.map((subnet) => internetAccess(picture.references, subnet));
  const byNat = ways.some(({ natGateways }) => natGateways.length > 0);
  const byGateway = ways.some(({ internetGateways }) => internetGateways.length > 0);
  // Without a route to the internet, the permission has no effect.
  if (isInternet && !byNat && !byGateway) return;
  const key = isInternet ? INTERNET_OUT : `to ${text}`;
  drawOutside(picture, key, isInternet ? "The internet" : "Outside the VPC", text);
  const nat = natKey(vpcOf(picture.references, subnets));
  const first = isInternet && byNat ? nat : key;
  addArrow(picture, { kind: "reach", from, to: first, label: ports });
  if (first === nat) addArrow(picture, { kind: "forward", from: nat, to: key, label: "" });
}

function drawOutside(picture: Picture, key: string, kind: string, title: string): void {
  addBox(picture, { key, shape: "outside", kind, title, lines: [], urns: [] });
}

function gatewayOf(
  { references, boxes }: Picture,
  vpc: StackResource | undefined,
): string | undefined {
  return references
    .ofType([INTERNET_GATEWAY])
    .find(
      (gateway) =>
        boxes.has(gateway.urn) &&
        vpc !== undefined &&
        references.referred(gateway, "vpcId", VPCS).includes(vpc),
    )?.urn;
}
