import { isDeepStrictEqual } from "node:util";

import type { ec2 } from "@pulumi/aws";
import { z } from "zod";

import { AwsError } from "../../errors";
import type { ResourceRecord } from "../../record";
import { type AccountContext, type Properties, resourceType } from "../../resourceType";
import {
  arn,
  count,
  exactlyOne,
  exclusive,
  flag,
  inputsOf,
  nameOf,
  prefixOf,
  tags,
  text,
  texts,
  unsupported,
} from "../shared";
import { LAUNCH_TEMPLATE } from "./tokens";

/** The provider uses text here, so that "not given" differs from false. */
const flagText = z.enum(["true", "false"]).optional();

const ebs = z.strictObject({
  deleteOnTermination: flagText,
  encrypted: flagText,
  iops: count,
  kmsKeyId: arn.optional(),
  snapshotId: text,
  throughput: z.int().min(125).max(2000).optional(),
  volumeInitializationRate: z.int().min(100).max(300).optional(),
  volumeSize: z.int().min(1).optional(),
  volumeType: z.enum(["standard", "io1", "io2", "gp2", "gp3", "sc1", "st1"]).optional(),
});

/** The properties of a version: a change of any of them creates a new one. */
const versioned = {
  blockDeviceMappings: z
    .array(
      z.strictObject({
        deviceName: text,
        ebs: ebs.optional(),
        noDevice: text,
        virtualName: text,
      }),
    )
    .optional(),
  capacityReservationSpecification: unsupported,
  cpuOptions: unsupported,
  creditSpecification: z
    .strictObject({ cpuCredits: z.enum(["standard", "unlimited"]).optional() })
    .optional(),
  description: z.string().max(255).optional(),
  disableApiStop: flag,
  disableApiTermination: flag,
  ebsOptimized: flagText,
  enclaveOptions: unsupported,
  hibernationOptions: unsupported,
  iamInstanceProfile: z.strictObject({ arn: arn.optional(), name: text }).optional(),
  imageId: text,
  instanceInitiatedShutdownBehavior: z.enum(["stop", "terminate"]).optional(),
  instanceMarketOptions: unsupported,
  instanceRequirements: unsupported,
  instanceType: z
    .string()
    .regex(/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/, "is not an instance type such as t3.micro")
    .optional(),
  kernelId: unsupported,
  keyName: unsupported,
  licenseSpecifications: unsupported,
  maintenanceOptions: unsupported,
  metadataOptions: z
    .strictObject({
      httpEndpoint: z.enum(["enabled", "disabled"]).optional(),
      httpProtocolIpv6: z.enum(["enabled", "disabled"]).optional(),
      httpPutResponseHopLimit: z.int().min(1).max(64).optional(),
      httpTokens: z.enum(["optional", "required"]).optional(),
      instanceMetadataTags: z.enum(["enabled", "disabled"]).optional(),
    })
    .optional(),
  monitoring: z.strictObject({ enabled: flag }).optional(),
  networkInterfaces: z
    .array(
      z.strictObject({
        associateCarrierIpAddress: unsupported,
        associatePublicIpAddress: flagText,
        connectionTrackingSpecification: unsupported,
        deleteOnTermination: flagText,
        description: text,
        deviceIndex: count,
        enaQueueCount: unsupported,
        enaSrdSpecification: unsupported,
        interfaceType: unsupported,
        ipv4AddressCount: unsupported,
        ipv4Addresses: unsupported,
        ipv4PrefixCount: unsupported,
        ipv4Prefixes: unsupported,
        ipv6AddressCount: unsupported,
        ipv6Addresses: unsupported,
        ipv6PrefixCount: unsupported,
        ipv6Prefixes: unsupported,
        networkCardIndex: unsupported,
        networkInterfaceId: unsupported,
        primaryIpv6: unsupported,
        privateIpAddress: unsupported,
        securityGroups: texts,
        subnetId: unsupported,
      }),
    )
    .optional(),
  networkPerformanceOptions: unsupported,
  placement: unsupported,
  privateDnsNameOptions: unsupported,
  ramDiskId: unsupported,
  secondaryInterfaces: unsupported,
  securityGroupNames: unsupported,
  tagSpecifications: z
    .array(
      z.strictObject({
        resourceType: z.enum(["instance", "volume", "network-interface"]).optional(),
        tags,
      }),
    )
    .optional(),
  userData: text,
  vpcSecurityGroupIds: texts,
};

/** EC2 User Guide, "Run commands when you launch an EC2 instance": before encoding. */
const USER_DATA_BYTES = 16_384;

const launchTemplateName = z
  .string()
  .regex(/^[\w().\-/]{3,128}$/, "may have 3 to 128 letters, digits and - ( ) . / _");

export const launchTemplate = resourceType({
  token: LAUNCH_TEMPLATE,
  inputs: inputsOf<ec2.LaunchTemplateArgs>()({
    ...versioned,
    defaultVersion: z.int().min(1).optional(),
    name: launchTemplateName.optional(),
    namePrefix: launchTemplateName.max(102).optional(),
    region: text,
    tags,
    updateDefaultVersion: flag,
  }),
  autoNameMaxLength: 128,
  immutable: ["name", "namePrefix", "region"],
  sets: ["vpcSecurityGroupIds"],
  computed: ["arn", "defaultVersion", "latestVersion", "metadataOptions", "name", "namePrefix"],
  rules: [exclusive("name", "namePrefix"), exclusive("defaultVersion", "updateDefaultVersion")],
  validate(context, inputs, before) {
    const { defaultVersion = 1, imageId, name, networkInterfaces = [], userData } = inputs;
    if (name !== undefined && !before && findLaunchTemplate(context, { name })) {
      throw new AwsError(
        "InvalidLaunchTemplateName.AlreadyExistsException",
        "Launch template name already in use.",
      );
    }
    if (
      imageId !== undefined &&
      !/^(ami-([0-9a-f]{8}|[0-9a-f]{17})|resolve:ssm:.+)$/.test(imageId)
    ) {
      throw new AwsError(
        "InvalidAMIID.Malformed",
        `Invalid id: "${imageId}" (expecting "ami-...; or resolve:ssm:...")`,
      );
    }
    if (userData !== undefined) checkUserData(userData);
    if (networkInterfaces.length > 0 && inputs.vpcSecurityGroupIds !== undefined) {
      throw new AwsError(
        "InvalidParameterCombination",
        "Network interfaces and an instance-level security groups may not be specified on the " +
          "same request",
      );
    }
    const latest = before ? latestVersionAfter(before, inputs) : 1;
    if (defaultVersion > latest) {
      throw new AwsError(
        "InvalidLaunchTemplateId.VersionNotFound",
        `Could not find the specified version ${defaultVersion} for the launch template`,
      );
    }
  },
  create(context, inputs) {
    const id = `lt-${context.hex("id")}`;
    return {
      id,
      outputs: {
        arn: context.arn("ec2", `launch-template/${id}`),
        defaultVersion: 1,
        latestVersion: 1,
        name: nameOf(context, inputs),
        ...prefixOf(inputs.namePrefix),
      },
    };
  },
  complete: ({ metadataOptions }) => ({
    // Amazon Linux 2023 images require tokens even if the template does not set it; EC2 reports its own defaults.
    metadataOptions: {
      httpEndpoint: "enabled",
      httpProtocolIpv6: "disabled",
      httpPutResponseHopLimit: 1,
      httpTokens: "optional",
      instanceMetadataTags: "disabled",
      ...metadataOptions,
    },
  }),
  recomputed: (olds, news) => [
    ...(isNewVersion(olds, news) ? ["latestVersion"] : []),
    ...(isNewVersion(olds, news) && news.updateDefaultVersion === true ? ["defaultVersion"] : []),
  ],
  update(_context, inputs, before) {
    const latestVersion = latestVersionAfter(before, inputs);
    return {
      latestVersion,
      ...(inputs.updateDefaultVersion === true && { defaultVersion: latestVersion }),
    };
  },
});

function isNewVersion(olds: Properties, news: Properties): boolean {
  return Object.keys(versioned).some((key) => !isDeepStrictEqual(olds[key], news[key]));
}

function latestVersionAfter(before: ResourceRecord, inputs: Properties): number {
  return Number(before.outputs.latestVersion) + Number(isNewVersion(before.inputs, inputs));
}

function checkUserData(userData: string): void {
  const bytes = Buffer.from(userData, "base64");
  if (bytes.toString("base64") !== userData) {
    throw new AwsError("InvalidUserData.Malformed", "Invalid BASE64 encoding of user data.");
  }
  if (bytes.length > USER_DATA_BYTES) {
    throw new AwsError("InvalidParameterValue", "User data is limited to 16384 bytes");
  }
}

/** An Auto Scaling group's reference to its launch template. */
export const launchTemplateReference = z
  .strictObject({
    id: text,
    name: text,
    version: z
      .string()
      .regex(/^(\$Latest|\$Default|[1-9]\d*)$/, "must be a number, $Latest or $Default")
      .optional(),
  })
  .superRefine((reference, context) => {
    const reason = exactlyOne("id", "name").check(reference);
    if (reason !== undefined) context.addIssue({ code: "custom", message: reason });
  });

/** A launch template by its ID or name. */
export function findLaunchTemplate(
  context: AccountContext,
  { id, name }: { readonly id?: string | undefined; readonly name?: string | undefined },
): ResourceRecord | undefined {
  return context
    .list(LAUNCH_TEMPLATE)
    .find(
      (record) =>
        record.outputs.region === context.region &&
        (record.id === id || (name !== undefined && record.outputs.name === name)),
    );
}

/** Security groups of the instances that a launch template starts. */
export function securityGroupsOf({ inputs }: ResourceRecord): string[] {
  const template = inputs as {
    readonly networkInterfaces?: readonly { readonly securityGroups?: string[] }[];
    readonly vpcSecurityGroupIds?: string[];
  };
  return [
    ...(template.vpcSecurityGroupIds ?? []),
    ...(template.networkInterfaces ?? []).flatMap(({ securityGroups = [] }) => securityGroups),
  ];
}
