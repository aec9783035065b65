import { ManagedInstancesCluster, ManagedInstancesService } from "../components";
import { chapterPriority } from "../settings";
import { warnOfRollback } from "./rollback";
import {
  allowedSecurityGroups,
  hostsOf,
  requestCommand,
  scalingRules,
  type Shared,
} from "./shared";

/**
 * The fargate chapter's task on instances that ECS manages. Next to the chapters of the tutorials it answers to its own
 * host; alone it gets every request.
 */
export function deployManagedInstances(shared: Shared) {
  const { settings, network, loadBalancer, options } = shared;
  // #region managed-instances
  const cluster = new ManagedInstancesCluster(
    "managed-cluster",
    {
      network,
      region: settings.region,
      instanceRequirements: { allowedInstanceTypes: settings.managedInstancesTypes },
      scaleInAfter: settings.managedInstancesScaleInAfter,
    },
    options,
  );
  const isAlone = !settings.chapters.some((chapter) => chapter === "fargate" || chapter === "ec2");
  const hostHeaders = isAlone
    ? hostsOf(settings, [])
    : hostsOf(settings, [settings.managedInstancesHost], "managed");
  const service = new ManagedInstancesService(
    "managed",
    {
      cluster,
      network,
      allowedSecurityGroups: allowedSecurityGroups(shared),
      region: settings.region,
      image: settings.image,
      cpu: settings.cpu,
      memory: settings.memory,
      cpuArchitecture: settings.cpuArchitecture,
      listenerArn: loadBalancer.listenerArn,
      httpListenerArn: loadBalancer.httpListenerArn,
      loadBalancerArnSuffix: loadBalancer.arnSuffix,
      priority: chapterPriority(settings, "managedInstances"),
      hostHeaders,
      containerPort: settings.containerPort,
      healthCheckPath: settings.healthCheckPath,
      desiredCount: settings.managedInstancesDesiredCount,
      autoscaling: scalingRules(settings),
      executeCommand: settings.executeCommand,
      logRetentionDays: settings.logRetentionDays,
    },
    options,
  );
  // #endregion
  warnOfRollback(shared, service.deployTarget);
  const [host = settings.managedInstancesHost] = hostHeaders;
  return {
    clusterName: cluster.clusterName,
    serviceName: service.serviceName,
    commands: {
      ...service.commands,
      ...cluster.commands,
      request: requestCommand(shared, [host]),
    },
  };
}
