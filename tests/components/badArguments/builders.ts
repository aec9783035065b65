import assert from "node:assert/strict";

import * as pulumi from "@pulumi/pulumi";

import * as components from "../../../components";
import { evaluate } from "../../program/mocks";
import { webArgs } from "../webService";

const region = "ap-northeast-1";
const image = "public.ecr.aws/nginx/nginx:1.30";
const network = {
  ...webArgs.network,
  publicSubnetIds: pulumi.output(["public-1", "public-2"]),
};

/** A service `web` that a pipeline may deploy. */
const service = (args: object = {}) =>
  new components.FargateService("web", {
    ...webArgs,
    deployedByPipeline: true,
    ...args,
  });

/** Each component with its required arguments, and further ones. */
const builders = {
  CallerGroup: (args) => new components.CallerGroup("it", { name: "shop", network, ...args }),
  CicdPipeline: ({ service: given, ...args }) =>
    new components.CicdPipeline("it", {
      region,
      repository: new components.ImageRepository("nginx", { region }),
      target: service(given as object).deployTarget,
      ...args,
    }),
  Ec2Cluster: (args) => new components.Ec2Cluster("it", { network, region, ...args }),
  Ec2Service: ({ cluster, ...args }) =>
    new components.Ec2Service("it", {
      ...webArgs,
      cluster: new components.Ec2Cluster("hosts", { network, region, ...(cluster as object) }),
      ...args,
    }),
  ExpressService: (args) =>
    new components.ExpressService("it", {
      cluster: new components.FargateCluster("own"),
      network,
      region,
      image,
      ...args,
    }),
  FargateCluster: (args) => new components.FargateCluster("it", args),
  FargateService: ({ neighbour, ...args }) => {
    // A listener whose priorities are tracked, like one of the same program.
    const listenerArn = pulumi.output("arn:aws:mock:::listener");
    const shared = neighbour === undefined ? {} : { listenerArn };
    if (neighbour !== undefined) {
      new components.FargateService("other", { ...webArgs, ...shared, ...(neighbour as object) });
    }
    return new components.FargateService("it", { ...webArgs, ...shared, ...args });
  },
  FargateTask: (args) =>
    new components.FargateTask("it", {
      cluster: new components.FargateCluster("own"),
      network,
      region,
      image,
      ...args,
    }),
  ImageRepository: ({ image: asked, ...args }) => {
    const repository = new components.ImageRepository("it", { region, ...args });
    if (asked !== undefined) {
      // One image, or several of one repository.
      for (const given of [asked].flat() as { source: string }[]) {
        void repository.image({ context: "./nginx", cpuArchitecture: "X86_64", ...given });
      }
    }
    return repository;
  },
  LoadBalancer: (args) => new components.LoadBalancer("it", { network, ...args }),
  ManagedInstancesCluster: (args) =>
    new components.ManagedInstancesCluster("it", { network, region, ...args }),
  ManagedInstancesService: (args) =>
    new components.ManagedInstancesService("it", {
      ...webArgs,
      cluster: new components.ManagedInstancesCluster("hosts", { network, region }),
      ...args,
    }),
  Network: (args) =>
    new components.Network("it", {
      availabilityZones: ["ap-northeast-1a", "ap-northeast-1c"],
      ...args,
    }),
  RandomSecret: (args) => new components.RandomSecret("it", { name: "key", ...args }),
  ScheduledTask: (args) =>
    new components.ScheduledTask("it", {
      task: new components.FargateTask("job", {
        cluster: new components.FargateCluster("own"),
        network,
        region,
        image,
      }),
      scheduleExpression: "rate(1 hour)",
      ...args,
    }),
  ServiceAutoscaling: (args) =>
    new components.ServiceAutoscaling("it", {
      clusterName: "handson-dev",
      serviceName: "handson-dev",
      minCount: 1,
      maxCount: 4,
      cpu: 50,
      ...args,
    }),
} satisfies Record<string, (args: Record<string, unknown>) => pulumi.ComponentResource>;

export type Component = keyof typeof builders;

/** The names of all components. */
export const componentNames = Object.keys(builders) as Component[];

/**
 * Declares a component, which must create its resources unless it is refused.
 *
 * @returns its errors, one per line; none if it accepts its arguments.
 */
export async function refusedBy(component: Component, args: object): Promise<string[]> {
  let message = "";
  const { resources } = await evaluate(() => {
    try {
      builders[component](args as Record<string, unknown>);
    } catch (error) {
      // Caught here, so that all that was declared before still reaches the mock engine.
      ({ message } = error as Error);
    }
    return {};
  });
  const hasChildren = resources.some(({ name }) => name.startsWith("it-"));
  // A repository is declared before one of its images is refused.
  if (component !== "ImageRepository") assert.equal(hasChildren, message === "", component);
  return message.startsWith("invalid arguments:\n")
    ? message
        .split("\n")
        .slice(1)
        .map((line) => line.replace(/^ {2}- /, ""))
    : [message].filter((line) => line !== "");
}
