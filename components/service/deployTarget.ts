import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** What a pipeline must know about a service to deploy it. */
export interface DeployTarget {
  /** Physical name of the cluster. */
  clusterName: string;
  /** Physical name of the service. */
  serviceName: string;
  serviceArn: pulumi.Output<string>;
  /** The service itself, as a dependency of what refers to it. */
  service: aws.ecs.Service;
  /** The revision that the program registered last. */
  taskDefinition: aws.ecs.TaskDefinition;
  /** That revision without the image, see `taskDefinitionTemplate`. */
  template: pulumi.Output<string>;
  /** The roles of the tasks, which anyone who registers a revision must be allowed to pass on. */
  roleArns: pulumi.Output<string>[];
  /** Name of the container that the image is for. */
  imageContainer: string;
  /** Processor of the tasks, and so of the image. */
  cpuArchitecture: "X86_64" | "ARM64";
  /** Whether updates of the stack leave the choice of the running revision to others. */
  leavesTaskDefinition: boolean;
  /** Minutes that the service's deployment strategy takes once the new tasks are healthy. */
  shiftMinutes: number;
  /** What CodeDeploy needs to move requests; only if it is the service's deployment controller. */
  codeDeploy: CodeDeployTraffic | undefined;
}

export interface CodeDeployTraffic {
  listenerArn: pulumi.Input<string>;
  /** The service's rule on the listener. */
  ruleArn: pulumi.Output<string>;
  /** The two target groups between which deployments alternate. */
  targetGroupNames: pulumi.Output<string>[];
  /** The container and port that get the requests. */
  target: { containerName: string; containerPort: number };
}
