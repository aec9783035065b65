import {
  CicdPipeline,
  FargateService,
  type FargateServiceArgs,
  type PipelineSource,
} from "../components";
import { chapterPriority, type Settings } from "../settings";
import { refuseNetworkChange } from "./codeDeploy";
import {
  allowedSecurityGroups,
  hostsOf,
  requestCommand,
  scalingRules,
  type Shared,
  strategyArgs,
} from "./shared";
import { targetGroups } from "./targetGroups";

/**
 * The second tutorial's CI/CD: a service on Fargate that a pipeline deploys with each push. It starts
 * from the public image, so that nothing waits for the first push. Next to other chapters it answers to its own host;
 * alone it gets every request.
 */
export async function deployCicd(shared: Shared) {
  const { settings, network, loadBalancer, repository, options } = shared;
  const { region, cpuArchitecture, logRetentionDays } = settings;
  if (settings.cicdDeploy === "codedeploy") await refuseNetworkChange(shared, "cicd");
  const images = repository();
  // ECS creates a separate load balancer for an Express service, so next to one this chapter is still alone on the
  // listener.
  const isAlone = settings.chapters.every((chapter) => chapter === "cicd" || chapter === "express");
  const ownHost = isAlone ? [] : [settings.cicdHost];
  const hostHeaders = hostsOf(settings, ownHost, "cicd");
  const service = new FargateService(
    "cicd-service",
    {
      ...settings,
      name: "cicd",
      network,
      allowedSecurityGroups: allowedSecurityGroups(shared),
      // The pipeline's image listens on this port, and only the pipeline deploys: an update could not change the port.
      containerPort: 80,
      listenerArn: loadBalancer.listenerArn,
      httpListenerArn: loadBalancer.httpListenerArn,
      loadBalancerArnSuffix: loadBalancer.arnSuffix,
      // Before the ec2 chapter's rule, which takes every host if there is no fargate chapter.
      priority: chapterPriority(settings, "cicd"),
      hostHeaders,
      repositoryArn: images.arn,
      deployedByPipeline: true,
      ...deploymentOf(settings),
      ...(await targetGroups(shared, "cicd", "cicd", strategyOf(settings))),
      autoscaling: scalingRules(settings),
    },
    options,
  );
  const pipeline = new CicdPipeline(
    "cicd-pipeline",
    {
      region,
      source: source(settings),
      repository: images,
      target: service.deployTarget,
      cpuArchitecture,
      ...codeDeployOf(settings),
      approval: settings.cicdApproval,
      notificationEmail: unlessNone(settings.cicdNotificationEmail),
      logRetentionDays,
    },
    options,
  );
  return {
    clusterName: service.clusterName,
    serviceName: service.serviceName,
    listenerRuleArn: service.listenerRuleArn,
    repositoryUrl: images.repositoryUrl,
    pipelineName: pipeline.pipelineName,
    cloneUrl: pipeline.cloneUrl,
    consoleUrl: pipeline.consoleUrl,
    connectionStatus: pipeline.connectionStatus,
    commands: {
      ...service.commands,
      ...pipeline.commands,
      request: requestCommand(shared, hostHeaders.length > 0 ? hostHeaders : [settings.cicdHost]),
    },
  };
}

const strategies = {
  rolling: "ROLLING",
  bluegreen: "BLUE_GREEN",
  linear: "LINEAR",
  canary: "CANARY",
} as const;

/** ECS's strategy, or CodeDeploy. */
const strategyOf = ({ cicdDeploy }: Settings) =>
  cicdDeploy === "codedeploy" ? "CODE_DEPLOY" : strategies[cicdDeploy];

/** Who deploys the service, and how. */
function deploymentOf(
  settings: Settings,
): Pick<FargateServiceArgs, "deployment" | "deploymentController"> {
  const strategy = strategyOf(settings);
  return strategy === "CODE_DEPLOY"
    ? { deploymentController: strategy }
    : { deployment: strategyArgs(settings, strategy) };
}

function codeDeployOf({ cicdDeploy, cicdCodeDeploy, deploymentBakeMinutes }: Settings) {
  if (cicdDeploy !== "codedeploy") return {};
  return {
    codeDeployConfiguration: cicdCodeDeploy,
    codeDeployBakeMinutes: deploymentBakeMinutes,
  };
}

function source(settings: Settings): PipelineSource {
  const { cicdBranch: branch, cicdGithubRepository: repository } = settings;
  if (settings.cicdSource === "codecommit") return { type: "codecommit", branch };
  return {
    type: "github",
    repository,
    branch,
    connectionArn: unlessNone(settings.cicdConnectionArn),
  };
}

const unlessNone = (text: string) => (text === "none" ? undefined : text);
