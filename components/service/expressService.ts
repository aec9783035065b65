import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { createServiceRole } from "../shared/iamPolicies";
import { rejectProblems } from "../shared/problems";
import { transformed } from "../shared/transform";
import { createLogGroup, logGroupName } from "../task/logGroup";
import { createTaskRoles, type TaskRoles } from "../task/taskRoles";
import { containerSecrets } from "../task/taskSecrets";
import { type ExpressServiceArgs, type ExpressSettings, expressSettings } from "./expressArgs";
import { expressProblems } from "./expressProblems";
import { serviceName } from "./serviceNames";

/** Command lines of the AWS CLI, ready to paste. */
export interface ExpressCommands {
  /** The service with its address and the state of its deployment. */
  describe: pulumi.Output<string>;
  /** The tasks' logs, as they come. */
  logs: string;
}

/**
 * A service of ECS Express Mode, the shortest way from an image to an address: from the image ECS creates a service on
 * Fargate, a load balancer with HTTPS under a name that AWS provides, scaling, and canary deployments. This component
 * adds what ECS requires: three roles with minimal permissions, and a log group with a retention period.
 *
 * Express Mode itself costs nothing; its tasks cost what Fargate charges for their size, and the load balancer, which
 * up to 25 services share, about 30 USD a month with its addresses in three zones.
 *
 * Source: Amazon ECS developer guide, "Amazon ECS Express Mode overview" and "Resources created by Amazon ECS Express Mode
 * services".
 *
 * @throws pulumi.ResourceError naming every argument that is wrong.
 */
export class ExpressService extends pulumi.ComponentResource {
  /** Where it answers, e.g. `https://ex-0123456789abcdef0123456789abcdef.ecs.ap-northeast-1.on.aws/`. */
  readonly url: pulumi.Output<string>;
  /** Physical name of the cluster. */
  readonly clusterName: string;
  /** Physical name of the service. */
  readonly serviceName: pulumi.Output<string>;
  /** ARN of the service. */
  readonly serviceArn: pulumi.Output<string>;
  /** The role that the code in the container uses, e.g. to attach policies that depend on later resources. */
  readonly taskRole: aws.iam.Role;
  /** Name of the log group that the container writes to. */
  readonly logGroupName: pulumi.Output<string>;
  /** Command lines of the AWS CLI, ready to paste: the service's state, its logs. */
  readonly commands: ExpressCommands;

  constructor(name: string, args: ExpressServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ecs-handson:ecs:ExpressService", name, {}, opts);
    const settings = expressSettings(args);
    rejectProblems(this, expressProblems(settings));

    const step = { name, settings, parent: this };
    const logGroup = createLogGroup(name, settings, this);
    const roles = createTaskRoles(
      name,
      {
        ...settings,
        executionRoleName: `${settings.name}-execution`,
        taskRoleName: `${settings.name}-task`,
        sidecars: [],
        logGroupArn: logGroup.arn,
        secretSources: Object.values(settings.secrets),
        executeCommand: false,
      },
      this,
    );
    const service = createService(step, roles, logGroup, createInfrastructureRole(step));

    this.url = service.ingressPaths.apply(([path]) => addressOf(path?.endpoint ?? ""));
    this.clusterName = settings.cluster.clusterName;
    this.serviceName = service.serviceName;
    this.serviceArn = service.serviceArn;
    this.taskRole = roles.taskRole;
    this.logGroupName = logGroup.name;
    this.commands = {
      describe: pulumi.interpolate`aws ecs describe-express-gateway-service --region ${settings.region} --service-arn ${service.serviceArn}`,
      logs: `aws logs tail --region ${settings.region} ${logGroupName(settings)} --follow`,
    };
    this.registerOutputs({ url: this.url, serviceArn: this.serviceArn });
  }
}

interface Step {
  name: string;
  settings: ExpressSettings;
  parent: pulumi.Resource;
}

/**
 * The role with which ECS creates and manages the service's resources. It has AWS's own policy, as AWS decides which
 * resources, names and tags these have.
 *
 * Source: Amazon ECS developer guide, "Amazon ECS infrastructure IAM role".
 */
function createInfrastructureRole({ name, settings, parent }: Step) {
  const { transform } = settings;
  // #region infrastructure-role
  const role = createServiceRole(
    `${name}-infrastructure`,
    {
      base: `${settings.name}-infrastructure`,
      service: "ecs.amazonaws.com",
      transform: transform?.infrastructureRole,
    },
    parent,
  );
  const policy = new aws.iam.RolePolicyAttachment(
    `${name}-infrastructure-express`,
    transformed(
      `${name}-infrastructure-express`,
      {
        role: role.name,
        policyArn: `arn:aws:iam::aws:policy/service-role/AmazonECSInfrastructureRoleforExpressGatewayServices`,
      },
      transform?.infrastructureRolePolicyAttachment,
    ),
    { parent },
  );
  // #endregion
  return { role, policy };
}

function createService(
  { name, settings, parent }: Step,
  { executionRole, taskRole, policies }: TaskRoles,
  logGroup: aws.cloudwatch.LogGroup,
  infrastructure: ReturnType<typeof createInfrastructureRole>,
): aws.ecs.ExpressGatewayService {
  const { cluster, internal, network } = settings;
  // #region service
  return new aws.ecs.ExpressGatewayService(
    `${name}-service`,
    transformed<aws.ecs.ExpressGatewayServiceArgs>(
      `${name}-service`,
      {
        serviceName: serviceName(settings),
        cluster: cluster.clusterName,
        infrastructureRoleArn: infrastructure.role.arn,
        executionRoleArn: executionRole.arn,
        taskRoleArn: taskRole.arn,
        primaryContainer: containerOf(settings, logGroup),
        healthCheckPath: settings.healthCheckPath,
        cpu: String(settings.cpu),
        memory: String(settings.memory),
        networkConfigurations: [
          {
            subnets: internal ? network.taskSubnetIds : network.publicSubnetIds,
            securityGroups: settings.securityGroupIds,
          },
        ],
        scalingTargets: [scalingOf(settings.scaling)],
        waitForSteadyState: settings.waitForSteadyState,
      },
      settings.transform?.service,
    ),
    {
      parent,
      // Without the cluster and the permissions ECS could neither create nor delete the service.
      dependsOn: [cluster, ...policies, infrastructure.policy],
      // The provider plans a change of cluster as an update, which AWS does not support.
      replaceOnChanges: ["cluster"],
      deleteBeforeReplace: true,
    },
  );
  // #endregion
}

function containerOf(
  settings: ExpressSettings,
  logGroup: aws.cloudwatch.LogGroup,
): aws.types.input.ecs.ExpressGatewayServicePrimaryContainer {
  const { command, containerPort, environment, image, secrets } = settings;
  const variables = Object.entries(environment).sort(([one], [other]) => (one < other ? -1 : 1));
  const hasSecrets = Object.keys(secrets).length > 0;
  return {
    image,
    containerPort,
    ...(command && { commands: command }),
    ...(variables.length > 0 && {
      environments: variables.map(([name, value]) => ({
        name,
        value: pulumi.output(value).apply(String),
      })),
    }),
    ...(hasSecrets && { secrets: containerSecrets(secrets) }),
    awsLogsConfigurations: [{ logGroup: logGroup.name, logStreamPrefix: "ecs" }],
  };
}

/** All four are set, as the provider sees a change if AWS fills one in. */
function scalingOf({
  minCount,
  maxCount,
  cpu,
  memory,
  requestsPerTarget,
}: ExpressSettings["scaling"]) {
  const limits = { minTaskCount: minCount, maxTaskCount: maxCount };
  const [autoScalingMetric, autoScalingTargetValue] =
    requestsPerTarget !== undefined
      ? (["REQUEST_COUNT_PER_TARGET", requestsPerTarget] as const)
      : memory !== undefined
        ? (["AVERAGE_MEMORY", memory] as const)
        : (["AVERAGE_CPU", cpu ?? 60] as const);
  return { ...limits, autoScalingMetric, autoScalingTargetValue };
}

/** With the scheme, which AWS may or may not include, and a trailing slash. */
const addressOf = (endpoint: string) =>
  `${endpoint.includes("://") ? "" : "https://"}${endpoint.replace(/\/$/, "")}/`;
