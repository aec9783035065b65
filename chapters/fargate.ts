import { FargateService } from "../components";
import { chapterPriority } from "../settings";
import { fargateCapacity } from "./capacity";
import { nginxImage } from "./images";
import { warnOfRollback } from "./rollback";
import {
  allowedSecurityGroups,
  hostsOf,
  requestCommand,
  scalingRules,
  type Shared,
  strategyArgs,
} from "./shared";
import { targetGroups } from "./targetGroups";

/** Chapter A: nginx on Fargate, which gets every request that no other chapter asks for. */
export async function deployFargate(shared: Shared) {
  const { settings, standing, network, loadBalancer, options } = shared;
  const names = { cluster: settings.name, name: settings.name, last: standing.fargate };
  const hostHeaders = hostsOf(settings, []);
  const { image, repository } = await nginxImage(shared, {
    cluster: settings.name,
    service: settings.name,
    cpuArchitecture: settings.cpuArchitecture,
    desiredCount: settings.desiredCount,
  });
  // #region fargate
  const service = new FargateService(
    "fargate",
    {
      ...settings,
      image,
      repositoryArn: repository?.arn,
      network,
      allowedSecurityGroups: allowedSecurityGroups(shared),
      listenerArn: loadBalancer.listenerArn,
      httpListenerArn: loadBalancer.httpListenerArn,
      loadBalancerArnSuffix: loadBalancer.arnSuffix,
      priority: chapterPriority(settings, "fargate"),
      hostHeaders,
      ...(await fargateCapacity(shared, names)),
      deployment: strategyArgs(settings, settings.deploymentStrategy),
      ...(await targetGroups(shared, "fargate", settings.name, settings.deploymentStrategy)),
      autoscaling: scalingRules(settings),
    },
    options,
  );
  // #endregion
  warnOfRollback(shared, service.deployTarget);
  return {
    clusterName: service.clusterName,
    serviceName: service.serviceName,
    listenerRuleArn: service.listenerRuleArn,
    repositoryUrl: repository?.repositoryUrl,
    commands: {
      ...service.commands,
      ...(repository && { push: repository.pushCommand(settings.cpuArchitecture) }),
      request: requestCommand(shared, hostHeaders),
    },
  };
}
