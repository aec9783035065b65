import type { PlannedResource } from "../protocol/reservation";
import type { Account } from "./account";
import { quotaOf, type QuotaName } from "./quotas";
import { type ResourceRecord, stackOf } from "./record";
import {
  EIP,
  INTERNET_GATEWAY,
  NAT_GATEWAY,
  SECURITY_GROUP,
  SUBNET,
  VPC,
} from "./types/ec2/tokens";
import { LOAD_BALANCER, TARGET_GROUP } from "./types/elasticloadbalancingv2/tokens";
import { resourceTypeOf } from "./typeOf";

/** The account's quotas have no room for an operation; the message includes the remedy. */
export class QuotaReached extends Error {}

/**
 * Types that count against a quota of a region or zone. Other quotas belong to a resource, such as a VPC, which a
 * preview does not know if it does not exist yet.
 */
const COUNTED = {
  vpcs: [VPC],
  internetGateways: [INTERNET_GATEWAY],
  elasticIps: [EIP],
  natGateways: [NAT_GATEWAY],
  loadBalancers: [LOAD_BALANCER],
  targetGroups: [TARGET_GROUP],
  // Each VPC comes with a default security group.
  securityGroups: [SECURITY_GROUP, VPC],
} satisfies Partial<Record<QuotaName, readonly string[]>>;

type CountedQuota = keyof typeof COUNTED;

const COUNTED_TYPES: ReadonlySet<string> = new Set(Object.values(COUNTED).flat());

/** The resources that an operation has yet to create. */
interface Reservation {
  readonly stack: string;
  readonly pending: readonly (Counted & { isThere(): boolean })[];
}

/** A resource that counts against a quota in one place. */
interface Counted {
  readonly type: string;
  /** The region, or the zone for NAT gateways; resources in an unknown zone are not counted. */
  readonly place: string | undefined;
}

/**
 * Reserves room in the account's quotas for what running operations have yet to create, so that an operation without
 * room is rejected before it has created anything.
 */
export class Reservations {
  private readonly held = new Set<Reservation>();

  constructor(private readonly account: Account) {}

  /**
   * Reserves room for an operation. Returns a function that releases what it has not created.
   *
   * @param planned what it will create in addition to what exists
   * @throws QuotaReached naming each exhausted quota, what uses it, and the remedy
   */
  reserve(stack: string, planned: readonly PlannedResource[]): () => void {
    const pending = planned.flatMap((one) => this.pendingOf(one));
    const problems = (Object.keys(COUNTED) as CountedQuota[]).flatMap((name) =>
      this.placesIn(name, pending).flatMap((place) => this.lackOf(name, place, pending) ?? []),
    );
    if (problems.length > 0) throw new QuotaReached(refusal(stack, problems));
    const reservation: Reservation = { stack, pending };
    this.held.add(reservation);
    return () => this.held.delete(reservation);
  }

  private pendingOf(planned: PlannedResource): Reservation["pending"] {
    const { urn, region, zone, subnetId } = planned;
    const type = resourceTypeOf(planned.type)?.token ?? planned.type;
    if (!COUNTED_TYPES.has(type)) return [];
    const own = () => this.account.list(type).filter((record) => record.urn === urn);
    // For a replacement, the old resource already exists.
    const before = new Set(own().map(({ id }) => id));
    const place =
      type === NAT_GATEWAY
        ? ((subnetId === undefined ? undefined : this.zoneOf(subnetId)) ?? zone)
        : region;
    return [{ type, place, isThere: () => own().some(({ id }) => !before.has(id)) }];
  }

  private placesIn(name: CountedQuota, counted: readonly Counted[]): string[] {
    const places = counted
      .filter((one) => isCounted(name, one))
      .flatMap(({ place }) => place ?? []);
    return [...new Set(places)];
  }

  private lackOf(name: CountedQuota, place: string, wanted: readonly Counted[]): Lack | undefined {
    const isHere = (one: Counted) => isCounted(name, one) && one.place === place;
    const inUse = typesOf(name)
      .flatMap((type) => this.account.list(type))
      .filter((record) => this.placeOf(record) === place)
      .map(stackOf);
    const reserved = [...this.held].flatMap(({ stack, pending }) =>
      pending.filter((one) => isHere(one) && !one.isThere()).map(() => stack),
    );
    const more = wanted.filter(isHere).length;
    const needed = inUse.length + reserved.length + more;
    const quota = quotaOf(name, this.account.grantedQuotas);
    return needed > quota ? { name, place, quota, inUse, reserved, more, needed } : undefined;
  }

  private placeOf({ type, outputs }: ResourceRecord): string | undefined {
    return type === NAT_GATEWAY
      ? this.zoneOf(String(outputs.subnetId))
      : (outputs.region as string | undefined);
  }

  private zoneOf(subnetId: string): string | undefined {
    return this.account.get(SUBNET, subnetId)?.outputs.availabilityZone as string | undefined;
  }
}

/** An exhausted quota. */
interface Lack {
  readonly name: CountedQuota;
  readonly place: string;
  readonly quota: number;
  /** Stacks, one for each existing and for each reserved resource. */
  readonly inUse: readonly string[];
  readonly reserved: readonly string[];
  readonly more: number;
  readonly needed: number;
}

const typesOf = (name: CountedQuota): readonly string[] => COUNTED[name];

const isCounted = (name: CountedQuota, { type }: Counted) => typesOf(name).includes(type);

function refusal(stack: string, lacks: readonly Lack[]): string {
  const reached = lacks.map(({ name, place, quota, inUse, reserved, more }) => {
    const counts = [
      `${inUse.length} in use${stacksIn("by", inUse)}`,
      ...(reserved.length > 0
        ? [`${reserved.length} reserved by running operations${stacksIn("of", reserved)}`]
        : []),
      `${more} more needed`,
    ];
    return `${name} (${quota} in ${place}: ${counts.join(", ")})`;
  });
  const raised = new Map<CountedQuota, number>();
  for (const { name, needed } of lacks) raised.set(name, Math.max(needed, raised.get(name) ?? 0));
  const grant = [...raised].map(([name, needed]) => `${name}=${needed}`).join(" ");
  return (
    `nothing was created, because stack ${stack} does not fit into the account's quotas: ${reached.join(", ")}; ` +
    `npm run lab -- quota ${grant} makes room for it (use higher numbers for more stacks), or destroy other stacks`
  );
}

/** ` by s1, s2`: the stacks without duplicates; empty if there are none. */
function stacksIn(preposition: "by" | "of", stacks: readonly string[]): string {
  const names = [...new Set(stacks)].filter((name) => name !== "").sort();
  return names.length === 0 ? "" : ` ${preposition} ${names.join(", ")}`;
}
