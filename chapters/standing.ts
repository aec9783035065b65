import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { subnetBlocks } from "../components/shared/cidr";
import { physicalName } from "../components/shared/names";
import type { Settings } from "../settings";
import { lastShared } from "./foundation";
import { type LastOutputs, lastOutputs, type ServiceOutputs } from "./lastOutputs";
import { refuseTakenPriorities } from "./priorities";

/** The tags that mark a resource as the stack's own: it has all of these. */
type Tags = Record<string, string>;

/**
 * Refuses settings that the existing stack cannot change to, before anything is changed: another region; another
 * network, to which neither load balancer nor target groups can move; zones between the existing ones, whose subnets
 * would overlap with theirs during the update; and a place on a shared listener that another stack has.
 *
 * It asks the provider what exists, by the tags that the program gives all its resources.
 *
 * @param shared the stack whose network it should share, if any.
 * @param tags tags that exactly the resources of the stack have.
 * @returns what exists, for further questions.
 * @throws pulumi.RunError saying what cannot be changed, and how to get there.
 */
export async function refuseImpossibleChanges(
  settings: Settings,
  shared: pulumi.StackReference | undefined,
  tags: Tags,
  options: pulumi.InvokeOptions,
): Promise<Standing> {
  const [{ ids }, { vpcIds }, outputs] = await Promise.all([
    aws.ec2.getVpcs({ tags }, options),
    aws.ec2.getSecurityGroups({ tags }, options),
    lastOutputs(),
  ]);
  const network = shared
    ? [sharedNetworkProblem(settings, await vpcOf(shared), [...ids, ...vpcIds])]
    : await ownNetworkProblems(settings, ids, vpcIds, options);
  refuse([regionProblem(settings, outputs), ...network].filter((one) => one !== undefined));
  if (shared) await refuseTakenPriorities(settings, shared, tags, options);
  else await announceLoadBalancer(settings, outputs);
  return new Standing(ids.length + vpcIds.length > 0, outputs, options);
}

/**
 * Refuses changes that the stack cannot make, if there are any.
 *
 * @throws pulumi.RunError listing the problems.
 */
export function refuse(problems: readonly string[]): void {
  if (problems.length === 0) return;
  throw new pulumi.RunError(
    `the existing stack cannot be changed to this:\n${problems.map((text) => `  - ${text}`).join("\n")}\n` +
      "Undo the change, or destroy the stack first.",
  );
}

/** What exists of the stack, as far as the program depends on it. */
export class Standing {
  private readonly asked = new Map<string, Promise<StandingService | undefined>>();

  constructor(
    private readonly isStanding: boolean,
    readonly outputs: LastOutputs,
    private readonly options: pulumi.InvokeOptions,
  ) {}

  /** The fargate chapter's service, which the setting `name` names. */
  get fargate(): ServiceOutputs | undefined {
    return this.outputs.fargate;
  }

  /** Names of the microservices that were there after the last update. */
  get microservices(): string[] {
    return Object.keys(this.outputs.microservices?.services ?? {});
  }

  /**
   * A service of the stack as it runs, or nothing if there is none.
   *
   * @param cluster name of the service's cluster.
   */
  service(cluster: string, name: string): Promise<StandingService | undefined> {
    if (!this.isStanding) return Promise.resolve(undefined);
    const args = { clusterArn: cluster, serviceName: name };
    const key = `${cluster}/${name}`;
    // A missing service is an error here. On any other error the preview goes on, and reports what is wrong itself.
    const service =
      this.asked.get(key) ?? aws.ecs.getService(args, this.options).catch(() => undefined);
    this.asked.set(key, service);
    return service;
  }

  /** The same by the base names of the cluster and the service, to which the stack's name is added. */
  serviceOf(cluster: string, name: string): Promise<StandingService | undefined> {
    const stack = pulumi.getStack();
    return this.service(
      physicalName("cluster", cluster, stack),
      physicalName("service", name, stack),
    );
  }

  /**
   * The images in a repository; none if it does not exist yet, undefined if the provider does not say.
   *
   * @param repository its name.
   */
  async images(repository: string): Promise<RepositoryImages | undefined> {
    if (!this.isStanding) return { tags: [] };
    try {
      const { imageIds, registryId } = await aws.ecr.getImages(
        { repositoryName: repository },
        this.options,
      );
      return { registryId, tags: imageIds.map(({ imageTag }) => imageTag).filter(Boolean) };
    } catch (error) {
      return String(error).includes("RepositoryNotFoundException") ? { tags: [] } : undefined;
    }
  }

  /**
   * The image that a service's container runs from, if the service is there and has such a container.
   *
   * @param container its name.
   */
  async imageOf(
    { taskDefinition }: StandingService,
    container: string,
  ): Promise<string | undefined> {
    const args = { containerName: container, taskDefinition };
    // A missing container is an error here: another container means another image, too.
    return aws.ecs.getContainerDefinition(args, this.options).then(
      ({ image }) => image,
      () => undefined,
    );
  }

  /** The target group that gets most of the requests of a chapter's listener rule, if it has one. */
  async servingTargetGroup(chapter: "cicd" | "fargate"): Promise<string | undefined> {
    const arn = this.outputs[chapter]?.listenerRuleArn;
    if (arn === undefined) return undefined;
    // It may have been deleted with its listener, which in a class belongs to another stack.
    const { actions = [] } = await aws.lb
      .getListenerRule({ arn }, this.options)
      .catch(() => ({ actions: undefined }));
    const groups = actions.flatMap(({ forwards = [] }) =>
      forwards.flatMap(({ targetGroups = [] }) => targetGroups),
    );
    return groups.toSorted((one, other) => other.weight - one.weight)[0]?.arn;
  }
}

export interface RepositoryImages {
  /** Account whose registry it is in, if it exists. */
  registryId?: string;
  tags: string[];
}

export type StandingService = Pick<
  aws.ecs.GetServiceResult,
  | "capacityProviderStrategies"
  | "deploymentConfigurations"
  | "deploymentControllers"
  | "loadBalancers"
  | "networkConfigurations"
  | "schedulingStrategy"
  | "taskDefinition"
>;

/**
 * A change of region: roles belong to the account, so the new ones' names would be taken, and all else would be
 * recreated, repositories without their images and code. Tags only show what is in one region.
 */
function regionProblem(
  { region }: Settings,
  { albDnsName = "", express }: LastOutputs,
): string | undefined {
  const [, standing] =
    /\.([a-z0-9-]+)\.elb\./.exec(albDnsName) ??
    /\.ecs\.([a-z0-9-]+)\./.exec(express?.url ?? "") ??
    [];
  return standing === undefined || standing === region
    ? undefined
    : `aws:region ${region}: the stack is in ${standing}`;
}

/** Warns before a load balancer of another name replaces the existing one. */
async function announceLoadBalancer(
  { name }: Settings,
  { albDnsName }: LastOutputs,
): Promise<void> {
  const wanted = physicalName("loadBalancer", name, pulumi.getStack());
  if (albDnsName === undefined || new RegExp(`^${wanted}-\\d+\\.`).test(albDnsName)) return;
  await pulumi.log.warn(
    `name ${name}: the load balancer is deleted and recreated, as ${wanted}. Nothing answers requests until it ` +
      "exists, a few minutes later, and then under another address",
  );
}

async function vpcOf(shared: pulumi.StackReference): Promise<string | undefined> {
  return (await lastShared(shared))?.vpcId;
}

/** From its own network to a class's, or from one class's to another's. */
function sharedNetworkProblem(
  { sharedNetwork }: Settings,
  vpcId: string | undefined,
  standing: readonly string[],
): string | undefined {
  const others = [...new Set(standing)].filter((id) => id !== vpcId);
  return others.length === 0
    ? undefined
    : `sharedNetwork ${sharedNetwork}: the stack is in another network (${others.join(", ")})`;
}

async function ownNetworkProblems(
  settings: Settings,
  own: readonly string[],
  ofServices: readonly string[],
  options: pulumi.InvokeOptions,
): Promise<(string | undefined)[]> {
  const others = [...new Set(ofServices)].filter((id) => !own.includes(id));
  if (others.length > 0) {
    return [`sharedNetwork none: the stack is in a class's network (${others.join(", ")})`];
  }
  return (await Promise.all(own.map((id) => networkProblems(id, settings, options)))).flat();
}

/** Changes that the stack's own VPC cannot make. */
async function networkProblems(
  vpcId: string,
  { vpcCidrBlock, availabilityZones }: Settings,
  options: pulumi.InvokeOptions,
): Promise<(string | undefined)[]> {
  const filters = [{ name: "vpc-id", values: [vpcId] }];
  const [{ cidrBlock }, { ids }] = await Promise.all([
    aws.ec2.getVpc({ id: vpcId }, options),
    aws.ec2.getSubnets({ filters }, options),
  ]);
  if (cidrBlock !== vpcCidrBlock) {
    return [
      `vpcCidrBlock ${vpcCidrBlock}: the stack's VPC has ${cidrBlock}, and a VPC keeps its block`,
    ];
  }
  const subnets = await Promise.all(ids.map((id) => aws.ec2.getSubnet({ id }, options)));
  const places = subnets.map(({ availabilityZone: zone, cidrBlock: block, tags }) => ({
    zone,
    block,
    number: Number(/-(\d+)$/.exec(tags.Name ?? "")?.[1]),
  }));
  const foreign = places.find(({ zone, block, number }) => {
    const {
      private: [inside],
      public: [outside],
    } = subnetBlocks(cidrBlock, [zone]);
    return Number.isNaN(number) || (block !== inside && block !== outside);
  });
  if (foreign !== undefined) {
    const { block, zone } = foreign;
    return [`availabilityZones: the stack's subnets have another layout (${block} in ${zone})`];
  }
  return [zonesProblem(places, availabilityZones.toSorted())];
}

/**
 * awsx numbers the subnets by zone, so zones can only be added after the others, or removed from the end: otherwise a
 * subnet would get the number or block that another still has.
 */
function zonesProblem(
  standing: readonly { zone: string; number: number }[],
  wanted: readonly string[],
): string | undefined {
  const moves = ({ zone, number }: { zone: string; number: number }) => {
    const place = wanted.indexOf(zone) + 1;
    return place === 0 ? number <= wanted.length : place !== number;
  };
  if (!standing.some(moves)) return undefined;
  const zones = standing.toSorted((a, b) => a.number - b.number).map(({ zone }) => zone);
  return (
    `availabilityZones ${wanted.join(", ")}: the stack is in ${[...new Set(zones)].join(", ")}; ` +
    "zones can be added after these, or removed from the end"
  );
}
