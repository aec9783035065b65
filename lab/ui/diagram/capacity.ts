import {
  AUTO_SCALING_GROUP,
  CAPACITY_PROVIDER,
  CLUSTER,
  LAUNCH_TEMPLATE,
  ROLE,
  SECURITY_GROUPS,
} from "../../../policies/graph/tokens";
import { field, items, type Value } from "../../../policies/graph/value";
import type { Line } from "./architecture";
import { blocksOf, noteIn, REGION, vpcOf } from "./network";
import { addArrow, addBox, type Picture } from "./picture";
import { shown, titleOf } from "./references";
import type { StackResource } from "./state";
import { INSTANCE_PROFILE, SUBNETS } from "./types";

/** Draws what tasks run on besides Fargate: Auto Scaling groups, and capacity providers of Managed Instances. */
export function drawInstances(picture: Picture): void {
  const { references } = picture;
  for (const group of references.ofType([AUTO_SCALING_GROUP])) drawGroup(picture, group);
  for (const provider of references.ofType([CAPACITY_PROVIDER]).filter(isManaged)) {
    drawManaged(picture, provider);
  }
}

function drawGroup(picture: Picture, group: StackResource): void {
  const { references } = picture;
  const { props, urn } = group;
  const subnets = references.referred(group, "vpcZoneIdentifiers", SUBNETS);
  const vpc = vpcOf(references, subnets);
  const [template] = references.referred(
    group,
    "launchTemplate",
    [LAUNCH_TEMPLATE],
    field(props.launchTemplate, "id"),
  );
  const securityGroups = template ? groupsOf(picture, template) : [];
  const providers = providersOf(picture, group);
  addBox(picture, {
    key: urn,
    shape: "card",
    kind: "EC2 instances (Auto Scaling group)",
    title: titleOf(group),
    lines: [
      {
        key: "size",
        text: `${shown(props.minSize)} to ${shown(props.maxSize)} × ${shown(template?.props.instanceType)}`,
      },
      ...providers.map((provider) => ({
        key: provider.urn,
        text: `capacity provider ${titleOf(provider)}`,
      })),
      ...instanceRoleLines(picture, template, "iamInstanceProfile"),
    ],
    parent: clusterOf(picture, providers) ?? vpc?.urn ?? REGION,
    urns: [
      urn,
      ...(template ? [template.urn] : []),
      ...[...securityGroups, ...providers].map((part) => part.urn),
    ],
  });
  noteIn(picture, subnets, `instances ${titleOf(group)}`);
  picture.parties.push({
    key: urn,
    groups: securityGroups.map((part) => part.urn),
    blocks: blocksOf(subnets),
    vpcBlocks: blocksOf([vpc]),
  });
}

const isManaged = ({ props }: StackResource) => items(props.managedInstancesProvider).length > 0;

/** Draws a capacity provider of Managed Instances. */
function drawManaged(picture: Picture, provider: StackResource): void {
  const { references } = picture;
  const { props, urn } = provider;
  const property = "managedInstancesProvider";
  const of = (...path: readonly string[]) => field(props[property], ...path);
  const template = (...path: readonly string[]) => of("instanceLaunchTemplate", ...path);
  const network = (name: string) => template("networkConfiguration", name);
  const subnets = references.referred(provider, property, SUBNETS, network("subnets"));
  const securityGroups = references.referred(
    provider,
    property,
    SECURITY_GROUPS,
    network("securityGroups"),
  );
  const types = items(template("instanceRequirements", "allowedInstanceTypes")).map(shown);
  const [infrastructure] = references.referred(
    provider,
    property,
    [ROLE],
    of("infrastructureRoleArn"),
  );
  const vpc = vpcOf(references, subnets);
  const [cluster] = references.referred(provider, "cluster", [CLUSTER]);
  addBox(picture, {
    key: urn,
    shape: "card",
    kind: "Managed Instances",
    title: titleOf(provider),
    lines: [
      ...(types.length > 0 ? [{ key: "types", text: types.join(", ") }] : []),
      ...(infrastructure
        ? [{ key: "infrastructure", text: `infrastructure role ${titleOf(infrastructure)}` }]
        : []),
      ...instanceRoleLines(picture, provider, property, template("ec2InstanceProfileArn")),
    ],
    parent: cluster?.urn ?? vpc?.urn ?? REGION,
    urns: [urn, ...securityGroups.map((part) => part.urn)],
  });
  noteIn(picture, subnets, `instances ${titleOf(provider)}`);
  picture.parties.push({
    key: urn,
    groups: securityGroups.map((part) => part.urn),
    blocks: blocksOf(subnets),
    vpcBlocks: blocksOf([vpc]),
  });
}

/** Lines for the role that a property gives to instances. */
function instanceRoleLines(
  { references }: Picture,
  holder: StackResource | undefined,
  property: string,
  profileArn: Value = field(holder?.props[property], "arn"),
): Line[] {
  if (holder === undefined) return [];
  return references
    .referred(holder, property, [INSTANCE_PROFILE], profileArn)
    .flatMap((profile) => references.referred(profile, "role", [ROLE]))
    .map((role) => ({ key: "role", text: `instance role ${titleOf(role)}` }));
}

function groupsOf({ references }: Picture, template: StackResource): StackResource[] {
  const ofInterfaces = items(template.props.networkInterfaces).flatMap((item) =>
    references.referred(
      template,
      "networkInterfaces",
      SECURITY_GROUPS,
      field(item, "securityGroups"),
    ),
  );
  const own = references.referred(template, "vpcSecurityGroupIds", SECURITY_GROUPS);
  return [...new Set([...own, ...ofInterfaces])];
}

function providersOf({ references }: Picture, group: StackResource): StackResource[] {
  return references.ofType([CAPACITY_PROVIDER]).filter((provider) => {
    const arn = field(provider.props.autoScalingGroupProvider, "autoScalingGroupArn");
    return references
      .referred(provider, "autoScalingGroupProvider", [AUTO_SCALING_GROUP], arn)
      .includes(group);
  });
}

/** The cluster that uses a capacity provider, by its list of them. */
function clusterOf(
  { references }: Picture,
  providers: readonly StackResource[],
): string | undefined {
  const association = references
    .ofType(["aws:ecs/clusterCapacityProviders:ClusterCapacityProviders"])
    .find((candidate) =>
      references
        .referred(candidate, "capacityProviders", [CAPACITY_PROVIDER])
        .some((provider) => providers.includes(provider)),
    );
  return association && references.referred(association, "clusterName", [CLUSTER])[0]?.urn;
}

/** The instances that a service runs on. */
export function drawCapacity(picture: Picture, service: StackResource): void {
  const { references } = picture;
  for (const strategy of items(service.props.capacityProviderStrategies)) {
    const name = field(strategy, "capacityProvider");
    const providers = references.referred(
      service,
      "capacityProviderStrategies",
      [CAPACITY_PROVIDER],
      name,
    );
    for (const { urn } of providers.filter(isManaged)) {
      addArrow(picture, { kind: "use", from: service.urn, to: urn, label: "runs on" });
    }
    for (const group of references.ofType([AUTO_SCALING_GROUP])) {
      const own = providersOf(picture, group);
      if (!own.some((provider) => providers.includes(provider))) continue;
      addArrow(picture, { kind: "use", from: service.urn, to: group.urn, label: "runs on" });
    }
  }
}
