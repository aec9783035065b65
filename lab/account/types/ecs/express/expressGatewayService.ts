import { lastPart } from "../../../../shared/lastPart";
import { AwsError } from "../../../errors";
import { checkQuota } from "../../../quotas";
import type { ResourceRecord } from "../../../record";
import { type AccountContext, type Properties, resourceType } from "../../../resourceType";
import { SUBNET } from "../../ec2/tokens";
import { LOAD_BALANCER } from "../../elasticloadbalancingv2/tokens";
import { isAssumableBy } from "../../iam";
import { inRegion } from "../../shared";
import { invalidParameter, mustHaveCluster, servicesOf } from "../lookups";
import { vpcOfSecurityGroup } from "../serviceChecks";
import { taskDefinition } from "../taskDefinition";
import { CLUSTER, EXPRESS_SERVICE } from "../tokens";
import { type ExpressInputs, expressInputs, expressSettings } from "./inputs";
import { deletedWith } from "./made";
import { arePublic, sharedBalancer, subnetsOf } from "./network";
import { provision } from "./provision";
import { taskOf } from "./taskOf";

/** The cluster of services that name none; ECS creates it for the first one. */
export const DEFAULT_CLUSTER = "default";

/**
 * A service of ECS Express Mode: from an image, ECS creates a service on Fargate with load balancer, certificate and
 * scaling, all as resources of the account.
 *
 * Source: Amazon ECS API reference, "CreateExpressGatewayService"; terraform-provider-aws,
 * internal/service/ecs/express_gateway_service.go.
 */
export const expressGatewayService = resourceType({
  token: EXPRESS_SERVICE,
  inputs: expressInputs,
  immutable: ["infrastructureRoleArn", "region", "serviceName"],
  nameProperty: "serviceName",
  computed: [
    "cluster",
    "cpu",
    "currentDeployment",
    "healthCheckPath",
    "ingressPaths",
    "memory",
    "networkConfigurations",
    "scalingTargets",
    "serviceArn",
    "serviceName",
    "serviceRevisionArn",
  ],
  validate(context, inputs, before) {
    if (!before) checkName(context, inputs);
    checkRole(context, inputs.infrastructureRoleArn);
    checkTask(context, inputs);
    checkScaling(inputs);
    const subnets = checkNetwork(context, inputs);
    if (before || subnets.length === 0 || sharedBalancer(context, subnets)) return;
    checkQuota("loadBalancers", inRegion(context, LOAD_BALANCER).length, context.quotas);
  },
  create(context, inputs) {
    const cluster = clusterNameOf(inputs.cluster);
    const name = inputs.serviceName ?? generatedName(context, inputs.primaryContainer.image);
    const serviceArn = context.arn("ecs", `service/${cluster}/${name}`);
    const subnets = subnetsOf(context, inputs, context.region);
    // On AWS it ends in .on.aws; here in .localhost, which is this machine.
    const label = name.slice(0, 2).toLowerCase().replaceAll("_", "x");
    const domain = `${label}-${context.hex("domain", 32)}.ecs.${context.region}.localhost`;
    return {
      id: serviceArn,
      outputs: {
        cluster,
        // AWS returns none for a service that it has just created.
        currentDeployment: "",
        ingressPaths: [
          {
            accessType: arePublic(context, subnets) ? "PUBLIC" : "PRIVATE",
            endpoint: `https://${domain}`,
          },
        ],
        made: { domain, suffix: context.hex("made", 32) },
        serviceArn,
        serviceName: name,
        serviceRevisionArn: revisionArn(context, cluster, name),
      },
    };
  },
  internal: ["made"],
  complete: (inputs, context, before) => ({
    ...filledIn(inputs, subnetsOf(context, inputs, context.region)),
    // The provider plans a change of the cluster but never sends it (its issue 47280), so the service stays where it
    // is.
    ...(before && { cluster: before.outputs.cluster }),
  }),
  update: (context, _inputs, { outputs }) => ({
    serviceRevisionArn: revisionArn(context, String(outputs.cluster), String(outputs.serviceName)),
  }),
  recomputed: () => ["serviceRevisionArn"],
  thereupon: provision,
  owned: deletedWith,
});

/** What AWS returns of a service: its inputs, and the defaults. */
function filledIn(inputs: ExpressInputs, subnets: readonly string[]): Properties {
  const { cpu, memory, healthCheckPath, container, scaling } = expressSettings(inputs);
  const [network] = inputs.networkConfigurations ?? [];
  return {
    ...{ cpu, memory, healthCheckPath },
    networkConfigurations: [{ securityGroups: network?.securityGroups ?? [], subnets }],
    primaryContainer: container,
    scalingTargets: [scaling],
  };
}

/** Ids of service revisions are numbers of nineteen digits. */
function revisionArn(context: AccountContext, cluster: string, name: string): string {
  const number = context.count(`service revision ${context.region} ${cluster}/${name}`);
  return context.arn("ecs", `service-revision/${cluster}/${name}/${1_000_000_000 + number}`);
}

const clusterNameOf = (cluster = DEFAULT_CLUSTER) => lastPart(cluster);

/** The image's name and four digits. */
function generatedName(context: AccountContext, image: string): string {
  const [base = "service"] = lastPart(image).split(/[:@]/);
  return `${base.replace(/[^\w-]/g, "-")}-${context.hex("name", 4)}`;
}

/** The provider checks that there is no service of this name before it creates one. */
function checkName(context: AccountContext, { cluster, serviceName }: ExpressInputs): void {
  const isThere = context
    .list(CLUSTER)
    .some(({ outputs }) => outputs.name === DEFAULT_CLUSTER && outputs.region === context.region);
  if (cluster === undefined && !isThere) return;
  const owner = mustHaveCluster(context, cluster ?? DEFAULT_CLUSTER);
  const isTaken = servicesOf(context, owner).some(({ outputs }) => outputs.name === serviceName);
  if (!isTaken) return;
  throw new AwsError(
    "Resource Already Exists",
    `Express Gateway Service ${String(serviceName)} already exists in cluster ${clusterNameOf(cluster)}`,
  );
}

function checkRole(context: AccountContext, roleArn: string): void {
  if (isAssumableBy(context, roleArn, "ecs.amazonaws.com")) return;
  throw new AwsError(
    "AccessDeniedException",
    `Cannot assume role ${roleArn}. Verify that it exists and that ecs.amazonaws.com may assume it.`,
  );
}

/** Checks the task as RegisterTaskDefinition would. */
function checkTask(context: AccountContext, inputs: ExpressInputs): void {
  const { region } = context;
  const task = taskOf(inputs, { cluster: "any", service: "any", region, logGroup: "any" });
  taskDefinition.validate?.(context, task, undefined);
}

function checkScaling(inputs: ExpressInputs): void {
  const { minTaskCount, maxTaskCount } = expressSettings(inputs).scaling;
  if (minTaskCount > maxTaskCount) {
    throw invalidParameter("minTaskCount cannot be greater than maxTaskCount.");
  }
}

/** @returns the subnets; empty if ECS uses a default VPC that has not been created yet. */
function checkNetwork(context: AccountContext, inputs: ExpressInputs): string[] {
  const subnets = subnetsOf(context, inputs, context.region);
  const [network] = inputs.networkConfigurations ?? [];
  const records = subnets.map((id) => {
    const subnet = context.get(SUBNET, id);
    if (subnet) return subnet;
    throw invalidParameter(
      `Error retrieving subnet information for [${id}]: The subnet ID '${id}' does not exist ` +
        "(ErrorCode: InvalidSubnetID.NotFound)",
    );
  });
  if (records.length > 0) checkZones(records);
  for (const id of network?.securityGroups ?? []) {
    const vpcId = vpcOfSecurityGroup(context, id);
    if (vpcId === undefined) {
      throw invalidParameter(
        `Error retrieving security group information for [${id}]: The security group '${id}' ` +
          "does not exist (ErrorCode: InvalidGroup.NotFound)",
      );
    }
    if (!records.some(({ outputs }) => outputs.vpcId === vpcId)) {
      throw invalidParameter(`Security group ${id} is not in the same VPC as the subnets.`);
    }
  }
  return subnets;
}

/** Checks what the load balancer that ECS creates needs of the subnets. */
function checkZones(subnets: readonly ResourceRecord[]): void {
  const vpcIds = new Set(subnets.map(({ outputs }) => outputs.vpcId));
  if (vpcIds.size > 1) throw invalidParameter("Subnets must all be in the same VPC.");
  const zones = new Set(subnets.map(({ outputs }) => outputs.availabilityZone));
  if (zones.size < 2) {
    throw invalidParameter("At least two subnets in two different Availability Zones are needed.");
  }
}
