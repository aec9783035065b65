import { Ec2Cluster, Ec2Service } from "../components";
import { cpuArchitectureOf } from "../components/shared/instanceTypes";
import { chapterPriority } from "../settings";
import { schedulingChange } from "./capacity";
import { nginxImage } from "./images";
import { warnOfRollback } from "./rollback";
import {
  allowedSecurityGroups,
  hostsOf,
  requestCommand,
  scalingRules,
  type Shared,
} from "./shared";

/**
 * Chapter B: nginx on a cluster of EC2 instances, with the ECR repository for its image. Next to the
 * fargate chapter it answers to a host of its own; alone it gets every request.
 */
export async function deployEc2(shared: Shared) {
  const { settings, network, loadBalancer, tags, options } = shared;
  const { region } = settings;
  const repository = shared.repository();
  const own = await nginxImage(shared, {
    cluster: "nginx",
    service: "nginx",
    cpuArchitecture: cpuArchitectureOf(settings.ec2InstanceType),
    desiredCount:
      settings.ec2SchedulingStrategy === "DAEMON" ? undefined : settings.ec2DesiredCount,
  });
  const cluster = new Ec2Cluster(
    "ec2-cluster",
    {
      network,
      region,
      instanceType: settings.ec2InstanceType,
      minInstances: settings.ec2MinInstances,
      maxInstances: settings.ec2MaxInstances,
      eniTrunking: settings.ec2EniTrunking,
      tags,
    },
    options,
  );
  const besideFargate = settings.chapters.includes("fargate");
  const hostHeaders = besideFargate
    ? hostsOf(settings, [settings.ec2Host], "nginx")
    : hostsOf(settings, []);
  const service = new Ec2Service(
    "ec2-service",
    {
      cluster,
      network,
      allowedSecurityGroups: allowedSecurityGroups(shared),
      region,
      image: own.image,
      repositoryArn: own.repository?.arn,
      listenerArn: loadBalancer.listenerArn,
      httpListenerArn: loadBalancer.httpListenerArn,
      loadBalancerArnSuffix: loadBalancer.arnSuffix,
      priority: chapterPriority(settings, "ec2"),
      hostHeaders,
      containerPort: settings.containerPort,
      healthCheckPath: settings.healthCheckPath,
      desiredCount: settings.ec2DesiredCount,
      schedulingStrategy: settings.ec2SchedulingStrategy,
      ...(await schedulingChange(shared, { cluster: "nginx", name: "nginx" })),
      autoscaling: scalingRules(settings),
      executeCommand: settings.executeCommand,
      logRetentionDays: settings.logRetentionDays,
    },
    options,
  );
  warnOfRollback(shared, service.deployTarget);
  return {
    clusterName: cluster.clusterName,
    serviceName: service.serviceName,
    repositoryUrl: repository.repositoryUrl,
    commands: {
      ...service.commands,
      ...cluster.commands,
      push: repository.pushCommand(cluster.cpuArchitecture),
      request: requestCommand(shared, hostHeaders.length > 0 ? hostHeaders : [settings.ec2Host]),
    },
  };
}
