import type { autoscaling } from "@pulumi/aws";
import { z } from "zod";

import { AwsError } from "../errors";
import type { ResourceRecord } from "../record";
import { type AccountContext, resourceType } from "../resourceType";
import {
  findLaunchTemplate,
  launchTemplateReference,
  securityGroupsOf,
} from "./ec2/launchTemplate";
import { SECURITY_GROUP, SUBNET, VPC } from "./ec2/tokens";
import { INSTANCE_PROFILE } from "./iam";
import {
  arn,
  count,
  exactlyOne,
  exclusive,
  flag,
  inputsOf,
  nameOf,
  prefixOf,
  text,
  texts,
  unsupported,
} from "./shared";

export const AUTO_SCALING_GROUP = "aws:autoscaling/group:Group";

const groupName = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[^\p{Cc}:]+$/u, "may not have a colon");

/** Names of a group's arguments in the provider. */
const providerArguments = `availability_zones availability_zone_distribution capacity_rebalance
  capacity_reservation_specification context default_cooldown default_instance_warmup desired_capacity
  desired_capacity_type enabled_metrics force_delete force_delete_warm_pool health_check_grace_period
  health_check_type ignore_failed_scaling_activities initial_lifecycle_hook instance_maintenance_policy
  instance_refresh launch_configuration launch_template load_balancers max_instance_lifetime max_size
  metrics_granularity min_elb_capacity min_size mixed_instances_policy name name_prefix placement_group
  protect_from_scale_in service_linked_role_arn suspended_processes tag target_group_arns
  termination_policies traffic_source vpc_zone_identifier wait_for_capacity_timeout
  wait_for_elb_capacity warm_pool`.split(/\s+/);

/** Source: terraform-provider-aws, internal/service/autoscaling/group.go, `validateGroupInstanceRefreshTriggerFields`. */
const trigger = z.string().refine((name) => providerArguments.includes(name), {
  error: ({ input }) =>
    `'${String(input)}' is not a recognized parameter name for aws_autoscaling_group`,
});

const instanceRefresh = z.strictObject({
  preferences: z
    .strictObject({
      alarmSpecification: unsupported,
      autoRollback: flag,
      checkpointDelay: unsupported,
      checkpointPercentages: unsupported,
      instanceWarmup: text,
      maxHealthyPercentage: z.int().min(100).max(200).optional(),
      minHealthyPercentage: z.int().min(0).max(100).default(90),
      scaleInProtectedInstances: z.enum(["Refresh", "Ignore", "Wait"]).default("Ignore"),
      skipMatching: flag,
      standbyInstances: z.enum(["Terminate", "Ignore", "Wait"]).default("Ignore"),
    })
    .optional(),
  strategy: z.literal("Rolling"),
  triggers: z.array(trigger).optional(),
});

const groupInputs = inputsOf<autoscaling.GroupArgs>()({
  availabilityZoneDistribution: unsupported,
  availabilityZones: unsupported,
  capacityRebalance: flag,
  capacityReservationSpecification: unsupported,
  context: unsupported,
  defaultCooldown: count,
  defaultInstanceWarmup: z.int().min(0).max(3600).optional(),
  desiredCapacity: count,
  desiredCapacityType: unsupported,
  enabledMetrics: texts,
  forceDelete: z.boolean().default(false),
  forceDeleteWarmPool: z.boolean().default(false),
  healthCheckGracePeriod: z.int().min(0).default(300),
  healthCheckType: z.enum(["EC2", "ELB"]).optional(),
  ignoreFailedScalingActivities: z.boolean().default(false),
  initialLifecycleHooks: unsupported,
  instanceLifecyclePolicy: unsupported,
  instanceMaintenancePolicy: unsupported,
  instanceRefresh: instanceRefresh.optional(),
  launchConfiguration: unsupported,
  launchTemplate: launchTemplateReference.optional(),
  loadBalancers: unsupported,
  maxInstanceLifetime: unsupported,
  maxSize: z.int().min(0),
  metricsGranularity: z.literal("1Minute").default("1Minute"),
  minElbCapacity: unsupported,
  minSize: z.int().min(0),
  mixedInstancesPolicy: unsupported,
  name: groupName.optional(),
  namePrefix: groupName.max(229).optional(),
  placementGroup: unsupported,
  protectFromScaleIn: z.boolean().default(false),
  region: text,
  serviceLinkedRoleArn: arn.optional(),
  suspendedProcesses: unsupported,
  tags: z
    .array(
      z.strictObject({
        key: z.string().min(1).max(128),
        propagateAtLaunch: z.boolean(),
        value: z.string().max(256),
      }),
    )
    .max(50)
    .optional(),
  targetGroupArns: unsupported,
  terminationPolicies: unsupported,
  trafficSources: unsupported,
  vpcZoneIdentifiers: texts,
  waitForCapacityTimeout: z.string().default("10m"),
  waitForElbCapacity: unsupported,
  warmPool: unsupported,
});

type GroupInputs = z.output<typeof groupInputs>;

function validationError(message: string): AwsError {
  return new AwsError("ValidationError", message);
}

const group = resourceType({
  token: AUTO_SCALING_GROUP,
  inputs: groupInputs,
  autoNameMaxLength: 255,
  immutable: ["name", "namePrefix", "region"],
  sets: ["enabledMetrics", "tags", "vpcZoneIdentifiers"],
  computed: [
    "arn",
    "availabilityZoneDistribution",
    "availabilityZones",
    "capacityReservationSpecification",
    "defaultCooldown",
    "desiredCapacity",
    "healthCheckType",
    "launchTemplate",
    "loadBalancers",
    "mixedInstancesPolicy",
    "name",
    "namePrefix",
    "predictedCapacity",
    "serviceLinkedRoleArn",
    "targetGroupArns",
    "trafficSources",
    "vpcZoneIdentifiers",
    "warmPoolSize",
  ],
  rules: [
    exclusive("name", "namePrefix"),
    exactlyOne("launchTemplate", "launchConfiguration", "mixedInstancesPolicy"),
  ],
  validate(context, inputs, before) {
    const { name } = inputs;
    const clash = context
      .list(AUTO_SCALING_GROUP)
      .some(({ outputs }) => outputs.name === name && outputs.region === context.region);
    if (!before && clash) {
      throw new AwsError(
        "AlreadyExists",
        `AutoScalingGroup by this name already exists - A group with the name ${String(name)} ` +
          "already exists",
      );
    }
    checkSizes(inputs);
    checkInstances(context, inputs);
  },
  create(context, inputs) {
    const name = nameOf(context, inputs);
    const uuid = context
      .hex("group", 32)
      .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
    return {
      id: name,
      outputs: {
        arn: context.arn("autoscaling", `autoScalingGroup:${uuid}:autoScalingGroupName/${name}`),
        availabilityZoneDistribution: { capacityDistributionStrategy: "balanced-best-effort" },
        capacityReservationSpecification: { capacityReservationPreference: "default" },
        defaultCooldown: 300,
        desiredCapacity: inputs.minSize,
        healthCheckType: "EC2",
        loadBalancers: [],
        name,
        ...prefixOf(inputs.namePrefix),
        predictedCapacity: 0,
        serviceLinkedRoleArn:
          `arn:aws:iam::${context.accountId}:role/aws-service-role/autoscaling.amazonaws.com/` +
          "AWSServiceRoleForAutoScaling",
        targetGroupArns: [],
        trafficSources: [],
        warmPoolSize: 0,
      },
    };
  },
  complete: ({ launchTemplate = {}, vpcZoneIdentifiers = [] }, context) => ({
    availabilityZones: zonesIn(context, vpcZoneIdentifiers),
    launchTemplate: {
      version: "$Default",
      ...launchTemplate,
      id: findLaunchTemplate(context, launchTemplate)?.id,
      name: findLaunchTemplate(context, launchTemplate)?.outputs.name,
    },
  }),
  // A size outside the new limits moves to the nearer limit (UpdateAutoScalingGroup).
  update: (_context, { maxSize, minSize }, { outputs }) => ({
    desiredCapacity: Math.min(maxSize, Math.max(minSize, Number(outputs.desiredCapacity))),
  }),
  // Without forceDelete the provider first waits until the last instance is gone.
  drain: ({ inputs }) =>
    inputs.forceDelete === true ? undefined : { desiredCapacity: 0, maxSize: 0, minSize: 0 },
});

function zonesIn(context: AccountContext, subnetIds: readonly string[]): string[] {
  const zones = subnetIds.map((id) => String(context.get(SUBNET, id)?.outputs.availabilityZone));
  return [...new Set(zones)].sort();
}

function checkSizes({ desiredCapacity, maxSize, minSize }: GroupInputs): void {
  if (maxSize < minSize) {
    throw validationError(
      `Max bound, ${maxSize}, must be greater than or equal to min bound, ${minSize}`,
    );
  }
  if (desiredCapacity === undefined) return;
  if (desiredCapacity < minSize || desiredCapacity > maxSize) {
    throw validationError(
      `Desired capacity:${desiredCapacity} must be between the specified min size:${minSize} and ` +
        `max size:${maxSize}`,
    );
  }
}

/** Groups whose instances have network interfaces in a subnet or a security group. */
export function groupsHolding(
  context: AccountContext,
  key: "subnets" | "securityGroups",
  id: string,
): ResourceRecord[] {
  return context
    .list(AUTO_SCALING_GROUP)
    .filter(({ outputs }) => Number(outputs.desiredCapacity) > 0)
    .filter(({ outputs }) => {
      if (key === "subnets") return (outputs.vpcZoneIdentifiers as string[]).includes(id);
      const template = findLaunchTemplate(context, outputs.launchTemplate as { id: string });
      return template !== undefined && securityGroupsOf(template).includes(id);
    });
}

/** Checks where and from what instances would start, which Auto Scaling tries before it accepts the group. */
function checkInstances(context: AccountContext, inputs: GroupInputs): void {
  const { launchTemplate: reference = {}, vpcZoneIdentifiers = [] } = inputs;
  if (vpcZoneIdentifiers.length === 0) {
    throw validationError("At least one Availability Zone or VPC Subnet is required.");
  }
  const vpcIds = vpcZoneIdentifiers.map((id) => {
    const subnet = context.get(SUBNET, id);
    if (!subnet) throw validationError(`The subnet ID '${id}' does not exist`);
    return subnet.outputs.vpcId;
  });
  if (new Set(vpcIds).size > 1) {
    throw validationError("The subnets of an Auto Scaling group must be in one VPC.");
  }
  const template = findLaunchTemplate(context, reference);
  if (!template) {
    throw invalidTemplate(
      reference.id === undefined
        ? `The specified launch template, with template name ${reference.name ?? ""}, does not exist.`
        : `The specified launch template, with template ID ${reference.id}, does not exist.`,
    );
  }
  checkTemplate(context, template, reference.version ?? "$Default", vpcIds[0]);
}

function checkTemplate(
  context: AccountContext,
  template: ResourceRecord,
  version: string,
  vpcId: unknown,
): void {
  const { iamInstanceProfile, imageId, instanceType } = template.inputs;
  if (/^\d/.test(version) && Number(version) > Number(template.outputs.latestVersion)) {
    throw invalidTemplate(
      `Could not find the specified version ${version} for the launch template with ID ` +
        `${template.id}.`,
    );
  }
  for (const [parameter, value] of Object.entries({
    ImageId: imageId,
    InstanceType: instanceType,
  })) {
    if (value === undefined) {
      throw invalidTemplate(`The request must contain the parameter ${parameter}`);
    }
  }
  for (const id of securityGroupsOf(template)) {
    const owner = context.get(SECURITY_GROUP, id);
    const isDefault = context.get(VPC, String(vpcId))?.outputs.defaultSecurityGroupId;
    if (owner?.outputs.vpcId !== vpcId && isDefault !== id) {
      throw invalidTemplate(`The security group '${id}' does not exist in VPC '${String(vpcId)}'`);
    }
  }
  const profile = iamInstanceProfile as { arn?: string; name?: string } | undefined;
  if (profile && !hasProfile(context, profile)) {
    const [key, value] = Object.entries(profile)[0] ?? [];
    throw invalidTemplate(
      `Value (${String(value)}) for parameter iamInstanceProfile.${String(key)} is invalid. ` +
        `Invalid IAM Instance Profile ${key === "arn" ? "ARN" : "name"}`,
    );
  }
}

function hasProfile(context: AccountContext, wanted: { arn?: string; name?: string }): boolean {
  return context
    .list(INSTANCE_PROFILE)
    .some(({ id, outputs }) => id === wanted.name || outputs.arn === wanted.arn);
}

function invalidTemplate(reason: string): AwsError {
  return validationError(`You must use a valid fully-formed launch template. ${reason}`);
}

export const autoscalingTypes = [group];
