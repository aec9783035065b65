import type { PolicyResource } from "@pulumi/policy";

import { type Cidr, isVpcBlock, parseCidr } from "./cidr";
import { fieldsOf, propsOf } from "./inputs";
import { ofType, referred } from "./references";
import {
  GROUP_VPC_ASSOCIATION,
  LOAD_BALANCERS,
  SECURITY_GROUPS,
  SUBNET,
  TARGET_GROUPS,
  VPC_CIDR_ASSOCIATIONS,
  VPCS,
} from "./tokens";
import { isAbsent, type Value } from "./value";

/** A VPC of the stack, one known by its id, or the default one. */
export interface VpcReference {
  /** Identifies it: the URN of its resource, its id, or undefined for the default VPC; may be unknown. */
  readonly key: Value;
  readonly vpc?: PolicyResource;
}

/** AWS gives every default VPC this block. Source: Amazon VPC User Guide, "Default VPC components". */
const DEFAULT_VPC_BLOCK = "172.31.0.0/16";
const DEFAULT_VPC = "aws:ec2/defaultVpc:DefaultVpc";

/** Types of resources inside a VPC, each with the property that names or leads to it. */
const RESIDENTS: readonly (readonly [readonly string[], string])[] = [
  [[SUBNET, ...SECURITY_GROUPS, ...TARGET_GROUPS], "vpcId"],
  [LOAD_BALANCERS, "subnets"],
];

/** The blocks among some values; the rest is dropped. */
export const knownBlocks = (values: readonly Value[]): readonly Cidr[] =>
  values
    .map((value) => (typeof value === "string" ? parseCidr(value) : undefined))
    .filter((block) => block !== undefined);

/** The VPCs of a stack, and what is in which. */
export class Vpcs {
  constructor(
    private readonly resources: readonly PolicyResource[],
    /** Blocks of VPCs that are not in the stack. */
    private readonly configured: readonly string[],
  ) {}

  /** The VPC that a resource's property names, directly or through something inside it. */
  placeOf(resource: PolicyResource, property = "vpcId"): VpcReference {
    const vpcs = this.vpcsBehind(resource, property, new Set());
    const [vpc] = vpcs;
    if (vpc && vpcs.length === 1) return { key: vpc.urn, vpc };
    const id = propsOf(resource)[property];
    return { key: isAbsent(id) ? undefined : id };
  }

  /** The VPCs that a group is in: its own, and those that it is associated with. */
  placesOf(group: PolicyResource): readonly VpcReference[] {
    const associations = ofType(this.resources, [GROUP_VPC_ASSOCIATION]).filter((association) =>
      referred(association, "securityGroupId", SECURITY_GROUPS, this.resources).includes(group),
    );
    return [group, ...associations].map((each) => this.placeOf(each));
  }

  /** The VPC that tasks run in, according to their subnets; undefined if unknown. */
  placeOfTasks(tasks: PolicyResource): VpcReference | undefined {
    // Their groups do not count, since the question is whether those are in the right VPC.
    const property = "networkConfiguration";
    const subnets = referred(tasks, property, [SUBNET], this.resources);
    // AWS accepts only subnets of one VPC.
    const [place] = subnets.map((subnet) => this.placeOf(subnet));
    return place;
  }

  /**
   * The known address blocks of a VPC. Outputs of another stack arrive as plain values: the engine passes packs neither
   * a StackReference nor a dependency on one.
   */
  blocksOf({ vpc, key }: VpcReference): readonly Cidr[] {
    const configured = knownBlocks(this.configured);
    const found = vpc ? this.ownBlocks(vpc) : [];
    if (found.length > 0) return found.filter(isVpcBlock);
    const isDefault = vpc ? vpc.type === DEFAULT_VPC : key === undefined;
    const blocks =
      configured.length === 0 && isDefault ? knownBlocks([DEFAULT_VPC_BLOCK]) : configured;
    return blocks.filter(isVpcBlock);
  }

  /** Whether a resource's outputs can contain a VPC's blocks: the VPC itself, its subnets and associated blocks. */
  isPart(resource: PolicyResource, { vpc }: VpcReference): boolean {
    if (!vpc) return false;
    if (resource.urn === vpc.urn) return true;
    const isResident = [SUBNET, ...VPC_CIDR_ASSOCIATIONS].includes(resource.type);
    return isResident && this.placeOf(resource).vpc?.urn === vpc.urn;
  }

  private ownBlocks(vpc: PolicyResource): readonly Cidr[] {
    const associations = ofType(this.resources, VPC_CIDR_ASSOCIATIONS).filter((association) =>
      referred(association, "vpcId", VPCS, this.resources).includes(vpc),
    );
    return knownBlocks(
      [vpc, ...associations].flatMap((resource) =>
        [propsOf(resource), fieldsOf(resource.props)].flatMap((props) => [
          props.cidrBlock,
          props.ipv6CidrBlock,
        ]),
      ),
    );
  }

  private vpcsBehind(
    resource: PolicyResource,
    property: string,
    seen: Set<PolicyResource>,
  ): readonly PolicyResource[] {
    seen.add(resource);
    const found = referred(resource, property, VPCS, this.resources);
    if (found.length > 0) return found;
    const residents = RESIDENTS.flatMap(([types, place]) =>
      referred(resource, property, types, this.resources)
        .filter((each) => !seen.has(each))
        .flatMap((each) => this.vpcsBehind(each, place, seen)),
    );
    return [...new Set(residents)];
  }
}
