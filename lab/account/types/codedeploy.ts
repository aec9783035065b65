import type { codedeploy } from "@pulumi/aws";
import { z } from "zod";

import { AwsError } from "../errors";
import type { ResourceRecord } from "../record";
import { type AccountContext, resourceType } from "../resourceType";
import { CLUSTER, SERVICE } from "./ecs/tokens";
import { LISTENER, TARGET_GROUP } from "./elasticloadbalancingv2/tokens";
import { isAssumableBy } from "./iam";
import { arn, inputsOf, tags, text, texts, unsupported, uuid } from "./shared";

const APPLICATION = "aws:codedeploy/application:Application";
export const DEPLOYMENT_GROUP = "aws:codedeploy/deploymentGroup:DeploymentGroup";

/** AWS CodeDeploy User Guide, "Deployment configurations on an Amazon ECS compute platform". */
const ECS_CONFIGURATIONS: readonly string[] = [
  "CodeDeployDefault.ECSAllAtOnce",
  "CodeDeployDefault.ECSCanary10Percent15Minutes",
  "CodeDeployDefault.ECSCanary10Percent5Minutes",
  "CodeDeployDefault.ECSLinear10PercentEvery1Minutes",
  "CodeDeployDefault.ECSLinear10PercentEvery3Minutes",
];

/** Maximum time that CodeDeploy keeps the old tasks or waits for traffic to be rerouted: two days. */
const minutes = z.int().min(0).max(2880).optional();

const name = z.string().min(1).max(100);

const application = resourceType({
  token: APPLICATION,
  inputs: inputsOf<codedeploy.ApplicationArgs>()({
    computePlatform: z.literal("ECS", { error: "must be ECS in the offline account" }).optional(),
    name: name.optional(),
    region: text,
    tags,
  }),
  autoNameMaxLength: 100,
  immutable: ["computePlatform", "region"],
  computed: ["applicationId", "arn", "githubAccountName", "linkedToGithub", "name"],
  validate(context, inputs, before) {
    const clash = findApplication(context, inputs.name ?? "");
    if (clash && clash.id !== before?.id) {
      throw new AwsError(
        "ApplicationAlreadyExistsException",
        `Application already exists: ${inputs.name ?? ""}`,
      );
    }
    if (inputs.computePlatform === undefined) {
      throw new AwsError(
        "InvalidComputePlatformException",
        "The offline account only has applications of the compute platform ECS, but AWS's default is Server.",
      );
    }
  },
  create(context, { name: own = "" }) {
    const applicationId = uuid(context, "application");
    return {
      id: applicationId,
      outputs: {
        applicationId,
        arn: context.arn("codedeploy", `application:${own}`),
        githubAccountName: "",
        linkedToGithub: false,
        name: own,
      },
    };
  },
  // DeleteApplication also deletes the deployment groups.
  owned: (context, { outputs }) =>
    context.list(DEPLOYMENT_GROUP).filter((group) => group.outputs.appName === outputs.name),
});

const listenerRoute = z.strictObject({ listenerArns: z.array(arn).length(1) });

const groupInputs = inputsOf<codedeploy.DeploymentGroupArgs>()({
  alarmConfiguration: z
    .strictObject({
      alarms: texts,
      enabled: z.boolean().optional(),
      ignorePollAlarmFailure: z.boolean().default(false),
    })
    .optional(),
  appName: name,
  autoRollbackConfiguration: z
    .strictObject({
      enabled: z.boolean().optional(),
      events: z
        .array(
          z.enum(["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"]),
        )
        .optional(),
    })
    .optional(),
  autoscalingGroups: unsupported,
  blueGreenDeploymentConfig: z
    .strictObject({
      deploymentReadyOption: z
        .strictObject({
          actionOnTimeout: z.enum(["CONTINUE_DEPLOYMENT", "STOP_DEPLOYMENT"]).optional(),
          waitTimeInMinutes: minutes,
        })
        .optional(),
      greenFleetProvisioningOption: unsupported,
      terminateBlueInstancesOnDeploymentSuccess: z
        .strictObject({
          action: z.literal("TERMINATE", { error: "must be TERMINATE for ECS" }).optional(),
          terminationWaitTimeInMinutes: minutes,
        })
        .optional(),
    })
    .optional(),
  deploymentConfigName: z.string().default("CodeDeployDefault.OneAtATime"),
  deploymentGroupName: name,
  deploymentStyle: z
    .strictObject({
      deploymentOption: z
        .enum(["WITH_TRAFFIC_CONTROL", "WITHOUT_TRAFFIC_CONTROL"])
        .default("WITHOUT_TRAFFIC_CONTROL"),
      deploymentType: z.enum(["IN_PLACE", "BLUE_GREEN"]).default("IN_PLACE"),
    })
    .optional(),
  ec2TagFilters: unsupported,
  ec2TagSets: unsupported,
  ecsService: z.strictObject({ clusterName: z.string(), serviceName: z.string() }).optional(),
  loadBalancerInfo: z
    .strictObject({
      elbInfos: unsupported,
      targetGroupInfos: unsupported,
      targetGroupPairInfo: z
        .strictObject({
          prodTrafficRoute: listenerRoute,
          targetGroups: z.array(z.strictObject({ name: z.string() })).length(2),
          testTrafficRoute: listenerRoute.optional(),
        })
        .optional(),
    })
    .optional(),
  onPremisesInstanceTagFilters: unsupported,
  outdatedInstancesStrategy: z.enum(["UPDATE", "IGNORE"]).default("UPDATE"),
  region: text,
  serviceRoleArn: arn,
  tags,
  terminationHookEnabled: unsupported,
  triggerConfigurations: unsupported,
});

type GroupInputs = z.output<typeof groupInputs>;

const deploymentGroup = resourceType({
  token: DEPLOYMENT_GROUP,
  inputs: groupInputs,
  immutable: ["appName", "region"],
  computed: ["arn", "blueGreenDeploymentConfig", "computePlatform", "deploymentGroupId"],
  validate(context, inputs, before) {
    if (!findApplication(context, inputs.appName)) {
      throw new AwsError(
        "ApplicationDoesNotExistException",
        `No application found for name: ${inputs.appName}`,
      );
    }
    const others = context.list(DEPLOYMENT_GROUP).filter(({ id }) => id !== before?.id);
    const clash = others.find(
      ({ outputs }) =>
        outputs.appName === inputs.appName &&
        outputs.deploymentGroupName === inputs.deploymentGroupName,
    );
    if (clash) {
      throw new AwsError(
        "DeploymentGroupAlreadyExistsException",
        `Deployment group name already exists: ${inputs.deploymentGroupName}`,
      );
    }
    if (!isAssumableBy(context, inputs.serviceRoleArn, "codedeploy.amazonaws.com")) {
      throw new AwsError(
        "InvalidRoleException",
        "AWS CodeDeploy does not have the permissions required to assume the role " +
          `${inputs.serviceRoleArn}.`,
      );
    }
    checkStyle(inputs);
    checkTraffic(context, inputs);
    checkService(context, inputs, others);
  },
  create(context, inputs) {
    const deploymentGroupId = uuid(context, "deployment group");
    return {
      id: deploymentGroupId,
      outputs: {
        arn: context.arn(
          "codedeploy",
          `deploymentgroup:${inputs.appName}/${inputs.deploymentGroupName}`,
        ),
        blueGreenDeploymentConfig: {},
        computePlatform: "ECS",
        deploymentGroupId,
      },
    };
  },
});

/** AWS CodeDeploy API Reference, "CreateDeploymentGroup": what is allowed for an ECS application. */
function checkStyle({ deploymentConfigName, deploymentStyle }: GroupInputs): void {
  if (
    deploymentStyle?.deploymentType !== "BLUE_GREEN" ||
    deploymentStyle.deploymentOption !== "WITH_TRAFFIC_CONTROL"
  ) {
    throw new AwsError(
      "InvalidDeploymentStyleException",
      "For ECS deployment group, deployment type must be BLUE_GREEN and deployment option WITH_TRAFFIC_CONTROL.",
    );
  }
  if (deploymentConfigName.startsWith("CodeDeployDefault.ECS")) {
    if (ECS_CONFIGURATIONS.includes(deploymentConfigName)) return;
  } else if (
    /^CodeDeployDefault\.(OneAtATime|HalfAtATime|AllAtOnce|Lambda)/.test(deploymentConfigName)
  ) {
    throw new AwsError(
      "InvalidDeploymentConfigNameException",
      `Deployment configuration ${deploymentConfigName} is not compatible with the compute platform ECS.`,
    );
  }
  throw new AwsError(
    "DeploymentConfigDoesNotExistException",
    `No deployment configuration found for name: ${deploymentConfigName}`,
  );
}

function checkService(
  context: AccountContext,
  { ecsService }: GroupInputs,
  others: readonly ResourceRecord[],
): void {
  if (ecsService === undefined) {
    throw invalidService("For ECS deployment group, ecsServices can not be null or empty.");
  }
  const { clusterName, serviceName } = ecsService;
  const cluster = context.list(CLUSTER).find(({ outputs }) => outputs.name === clusterName);
  const service = context
    .list(SERVICE)
    .find(({ outputs }) => outputs.name === serviceName && outputs.cluster === cluster?.id);
  if (!service) throw invalidService(`The ECS service ${serviceName} cannot be found.`);
  const controller = service.inputs.deploymentController as { type?: string } | undefined;
  if (controller?.type !== "CODE_DEPLOY") {
    throw invalidService(
      "Deployment group's ECS service must be configured for a CODE_DEPLOY deployment controller.",
    );
  }
  const taken = others.some(({ outputs }) => {
    const other = outputs.ecsService as GroupInputs["ecsService"];
    return other?.clusterName === clusterName && other.serviceName === serviceName;
  });
  if (taken) {
    throw new AwsError(
      "ECSServiceMappingLimitExceededException",
      `The ECS service ${serviceName} is already associated with a deployment group.`,
    );
  }
}

function checkTraffic(context: AccountContext, { loadBalancerInfo }: GroupInputs): void {
  const pair = loadBalancerInfo?.targetGroupPairInfo;
  if (pair === undefined) {
    throw new AwsError(
      "InvalidLoadBalancerInfoException",
      "The specification for load balancing in the deployment group is invalid: an ECS deployment " +
        "group needs targetGroupPairInfoList.",
    );
  }
  const names = pair.targetGroups.map((group) => group.name);
  const groups = context.list(TARGET_GROUP).map(({ outputs }) => outputs.name);
  const lost = names.find((one) => !groups.includes(one));
  if (lost !== undefined || new Set(names).size < names.length) {
    throw new AwsError(
      "InvalidTargetGroupPairException",
      lost === undefined
        ? `Target group ${names[0] ?? ""} is given twice.`
        : `Target group ${lost} could not be found.`,
    );
  }
  const listeners = [
    ...pair.prodTrafficRoute.listenerArns,
    ...(pair.testTrafficRoute?.listenerArns ?? []),
  ];
  const noListener = listeners.find((listener) => !context.get(LISTENER, listener));
  if (noListener !== undefined) {
    throw new AwsError(
      "InvalidTrafficRouteException",
      `Listener ${noListener} could not be found.`,
    );
  }
}

function findApplication(context: AccountContext, own: string): ResourceRecord | undefined {
  return context.list(APPLICATION).find(({ outputs }) => outputs.name === own);
}

function invalidService(message: string): AwsError {
  return new AwsError("InvalidECSServiceException", message);
}

export const codedeployTypes = [application, deploymentGroup];
