import type { ecs } from "@pulumi/aws";
import { z } from "zod";

import { AwsError } from "../../errors";
import { resourceType } from "../../resourceType";
import { inputsOf, tags, text } from "../shared";
import { ecsName, servicesOf } from "./lookups";
import { managedProvidersOf } from "./managedInstances";
import { checkServiceConnectDefaults, serviceConnectDefaults } from "./serviceConnect";
import { CLUSTER, CLUSTER_CAPACITY_PROVIDERS } from "./tokens";

export const cluster = resourceType({
  token: CLUSTER,
  inputs: inputsOf<ecs.ClusterArgs>()({
    configuration: z
      .strictObject({
        executeCommandConfiguration: z
          .strictObject({
            kmsKeyId: text,
            logConfiguration: z
              .strictObject({
                cloudWatchEncryptionEnabled: z.boolean().optional(),
                cloudWatchLogGroupName: text,
                s3BucketEncryptionEnabled: z.boolean().optional(),
                s3BucketName: text,
                s3KeyPrefix: text,
              })
              .optional(),
            logging: z.enum(["NONE", "DEFAULT", "OVERRIDE"]).default("DEFAULT"),
          })
          .optional(),
        managedStorageConfiguration: z
          .strictObject({ fargateEphemeralStorageKmsKeyId: text, kmsKeyId: text })
          .optional(),
      })
      .optional(),
    name: ecsName.optional(),
    region: text,
    serviceConnectDefaults: serviceConnectDefaults.optional(),
    settings: z
      .array(
        z.strictObject({
          name: z.literal("containerInsights"),
          value: z.enum(["enabled", "enhanced", "disabled"]),
        }),
      )
      .max(1)
      .optional(),
    tags,
  }),
  autoNameMaxLength: 255,
  immutable: ["name", "region"],
  computed: ["arn", "name", "settings"],
  validate(context, { name, serviceConnectDefaults: defaults }, before) {
    checkServiceConnectDefaults(context, defaults);
    const clash = context
      .list(CLUSTER)
      .find(
        ({ id, outputs }) =>
          outputs.name === name && outputs.region === context.region && id !== before?.id,
      );
    if (clash) {
      // CreateCluster would return the existing cluster, and two stacks would share it without knowing.
      throw new AwsError(
        "InvalidParameterException",
        `A cluster named '${String(name)}' already exists (${clash.urn}); AWS would let both ` +
          "stacks use it, until one destroys it for both",
      );
    }
  },
  create(context, { name = "" }) {
    const clusterArn = context.arn("ecs", `cluster/${name}`);
    return {
      id: clusterArn,
      outputs: {
        arn: clusterArn,
        name,
        settings: [{ name: "containerInsights", value: "disabled" }],
      },
    };
  },
  beforeDelete(context, record) {
    if (servicesOf(context, record).length > 0) {
      throw new AwsError(
        "ClusterContainsServicesException",
        "The Cluster cannot be deleted while Services are active.",
      );
    }
    if (managedProvidersOf(context, record).length > 0) {
      throw new AwsError(
        "ClusterContainsCapacityProviderException",
        "The Cluster cannot be deleted while it contains capacity providers.",
      );
    }
  },
  owned: (context, record) =>
    context
      .list(CLUSTER_CAPACITY_PROVIDERS)
      .filter(({ outputs }) => outputs.clusterName === record.outputs.name),
});
