import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** What a pipeline must know of a service to deploy it. */
export interface DeployTarget {
  /** Physical name of the cluster. */
  clusterName: string;
  /** Physical name of the service. */
  serviceName: string;
  serviceArn: pulumi.Output<string>;
  /** The revision that the program registered last. */
  taskDefinition: aws.ecs.TaskDefinition;
  /** The roles that the tasks run with, which whoever registers a revision must pass on. */
  roleArns: pulumi.Output<string>[];
  /** The container that the image is for, and the port on which it gets requests. */
  containerName: string;
  containerPort: number;
}
