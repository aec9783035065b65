import type { AskedResource } from "../../program/mocks";
import { arn, arnOf } from "../arns";
import type { Call, Deployed, Role } from "../deployed";
import { calls, repositoryOf, types, variable } from "./calls";

interface Container {
  image: string;
  secrets?: { valueFrom: string }[];
  logConfiguration: { options: Record<string, string> };
}

const containersOf = ({ inputs }: AskedResource) =>
  JSON.parse(String(inputs.containerDefinitions)) as Container[];

/** The task definitions that name a role. */
const tasksOf = (deployed: Deployed, role: Role, key: "executionRoleArn" | "taskRoleArn") =>
  deployed.all(types.taskDefinition).filter(({ inputs }) => inputs[key] === role.arn);

/** Containers of Express services with this execution role; ECS itself makes their task definitions. */
function expressContainersOf(deployed: Deployed, role: Role): Container[] {
  return deployed
    .all("aws:ecs/expressGatewayService:ExpressGatewayService")
    .filter(({ inputs }) => inputs.executionRoleArn === role.arn)
    .map(({ inputs }) => inputs.primaryContainer as ExpressContainer)
    .map(({ awsLogsConfigurations: [logs], ...container }) => ({
      ...container,
      logConfiguration: {
        options: {
          "awslogs-group": logs.logGroup,
          "awslogs-stream-prefix": logs.logStreamPrefix,
        },
      },
    }));
}

interface ExpressContainer extends Omit<Container, "logConfiguration"> {
  awsLogsConfigurations: [{ logGroup: string; logStreamPrefix: string }];
}

/** The services that run a task definition. */
const servicesOf = (deployed: Deployed, task: AskedResource) =>
  deployed.all(types.service).filter(({ inputs }) => inputs.taskDefinition === arnOf(task));

const pull = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];

/** Where the pipeline's build pushes to, if the pipeline deploys one of these services. */
function pipelineRepository(deployed: Deployed, services: readonly AskedResource[]): string[] {
  const deploys = services.some(({ name }) => name.startsWith("cicd-"));
  return deploys ? [variable(deployed.only(types.project), "REPOSITORY_URI")] : [];
}

export function executionCalls(deployed: Deployed, role: Role): Call[] {
  const guide = "Amazon ECS developer guide, Amazon ECS task execution IAM role";
  const tasks = tasksOf(deployed, role, "executionRoleArn");
  const containers = [...tasks.flatMap(containersOf), ...expressContainersOf(deployed, role)];
  const images = [
    ...containers.map(({ image }) => image),
    ...pipelineRepository(
      deployed,
      tasks.flatMap((task) => servicesOf(deployed, task)),
    ),
  ];
  const repositories = images.flatMap((image) => repositoryOf(image) ?? []);
  const values = containers.flatMap(({ secrets = [] }) =>
    secrets.map(({ valueFrom }) => valueFrom),
  );
  const sources = (service: string) => values.filter((value) => value.split(":")[2] === service);
  const whole = (value: string) => value.split(":").slice(0, 7).join(":");
  return [
    ...containers.flatMap(({ logConfiguration: { options } }) =>
      calls(
        guide,
        ["logs:CreateLogStream", "logs:PutLogEvents"],
        [
          arn(
            "logs",
            `log-group:${options["awslogs-group"] ?? ""}:log-stream:${options["awslogs-stream-prefix"] ?? ""}/app/1`,
          ),
        ],
      ),
    ),
    ...(repositories.length > 0 ? calls(guide, ["ecr:GetAuthorizationToken"]) : []),
    ...calls(guide, pull, repositories),
    ...calls(
      `${guide}, Secrets Manager permissions`,
      ["secretsmanager:GetSecretValue"],
      sources("secretsmanager").map(whole),
    ),
    ...calls(`${guide}, Systems Manager permissions`, ["ssm:GetParameters"], sources("ssm")),
    ...calls(
      `${guide}: kms:Decrypt if the key is one of your own`,
      ["kms:Decrypt"],
      sources("ssm").length > 0 ? [ownKey] : [],
    ),
  ];
}

/** The customer managed key of the parameter that a service of the tests reads. */
export const ownKey = arn("kms", "key/11111111-2222-3333-4444-555555555555");

const channels = [
  "CreateControlChannel",
  "CreateDataChannel",
  "OpenControlChannel",
  "OpenDataChannel",
].map((action) => `ssmmessages:${action}`);

export function taskCalls(deployed: Deployed, role: Role): Call[] {
  const tasks = tasksOf(deployed, role, "taskRoleArn");
  const starters = [
    ...tasks.flatMap((task) => servicesOf(deployed, task)).map(({ inputs }) => inputs),
    ...deployed
      .all(types.schedule)
      .map(({ inputs }) => (inputs.target as ScheduleTarget).ecsParameters)
      .filter((ecs) => tasks.some((task) => arnOf(task) === ecs.taskDefinitionArn)),
  ];
  return starters.some(({ enableExecuteCommand }) => enableExecuteCommand === true)
    ? calls(
        "Amazon ECS developer guide, Monitor Amazon ECS containers with ECS Exec, IAM permissions",
        channels,
      )
    : [];
}

interface ScheduleTarget {
  arn: string;
  roleArn: string;
  ecsParameters: { taskDefinitionArn: string; enableExecuteCommand?: boolean };
  deadLetterConfig?: { arn: string };
}

export function schedulerCalls(deployed: Deployed, role: Role): Call[] {
  const guide = "EventBridge Scheduler user guide, Set up the execution role; Templated targets";
  return deployed
    .all(types.schedule)
    .map(({ inputs }) => inputs.target as ScheduleTarget)
    .filter(({ roleArn }) => roleArn === role.arn)
    .flatMap(({ arn: cluster, ecsParameters: { taskDefinitionArn }, deadLetterConfig }) => {
      const task = deployed
        .all(types.taskDefinition)
        .find((one) => arnOf(one) === taskDefinitionArn);
      const { executionRoleArn, taskRoleArn } = task?.inputs ?? {};
      return [
        ...calls(guide, ["ecs:RunTask"], [taskDefinitionArn], { "ecs:cluster": cluster }),
        ...calls(guide, ["iam:PassRole"], [String(executionRoleArn), String(taskRoleArn)], {
          "iam:PassedToService": "ecs-tasks.amazonaws.com",
        }),
        ...calls(
          "EventBridge Scheduler user guide, Configuring a dead-letter queue",
          ["sqs:SendMessage"],
          deadLetterConfig ? [deadLetterConfig.arn] : [],
        ),
      ];
    });
}

export function instanceCalls(deployed: Deployed): Call[] {
  const guide = "Amazon ECS developer guide, Identity-based policy examples, container instances";
  const [provider] = deployed
    .all("aws:ecs/clusterCapacityProviders:ClusterCapacityProviders")
    .filter(({ name }) => name.startsWith("ec2-"));
  const cluster = String(provider?.inputs.clusterName);
  const template = deployed.only("aws:ec2/launchTemplate:LaunchTemplate");
  const script = Buffer.from(String(template.inputs.userData), "base64").toString();
  return [
    ...calls(guide, ["ecs:DiscoverPollEndpoint"]),
    ...calls(
      guide,
      ["ecs:RegisterContainerInstance", "ecs:DeregisterContainerInstance"],
      [arn("ecs", `cluster/${cluster}`)],
    ),
    ...calls(
      "amazon-ecs-agent, ecs-agent/api/ecs/client, SubmitTaskStateChange and its like",
      [
        "ecs:SubmitAttachmentStateChanges",
        "ecs:SubmitContainerStateChange",
        "ecs:SubmitTaskStateChange",
      ],
      [arn("ecs", `cluster/${cluster}`)],
    ),
    ...calls(
      guide,
      ["ecs:Poll", "ecs:StartTelemetrySession"],
      [arn("ecs", `container-instance/${cluster}/0123456789abcdef0123456789abcdef`)],
    ),
    ...calls(
      "AWS Systems Manager user guide, Create a custom IAM role for Session Manager",
      ["ssm:UpdateInstanceInformation"],
      [arn("ec2", "instance/i-0123456789abcdef0")],
    ),
    ...calls(
      "AWS Systems Manager user guide, Create a custom IAM role for Session Manager",
      channels,
    ),
    ...(script.includes("put-account-setting")
      ? calls(
          "Amazon ECS developer guide, Increasing Amazon ECS Linux container instance network interfaces",
          ["ecs:PutAccountSetting"],
        )
      : []),
  ];
}

/** What the agent of a managed instance calls, on its capacity provider's only cluster. */
export function managedInstanceCalls(deployed: Deployed): Call[] {
  const guide = "AWS managed policy reference, AmazonECSInstanceRolePolicyForManagedInstances";
  const [provider] = deployed
    .all("aws:ecs/capacityProvider:CapacityProvider")
    .filter(({ inputs }) => inputs.managedInstancesProvider !== undefined);
  const cluster = String(provider?.inputs.cluster);
  return [
    ...calls(guide, ["ecs:DiscoverPollEndpoint"]),
    ...calls(
      guide,
      [
        "ecs:RegisterContainerInstance",
        "ecs:SubmitAttachmentStateChanges",
        "ecs:SubmitTaskStateChange",
      ],
      [arn("ecs", `cluster/${cluster}`)],
    ),
    ...calls(
      guide,
      ["ecs:Poll", "ecs:PutSystemLogEvents", "ecs:StartTelemetrySession"],
      [arn("ecs", `container-instance/${cluster}/0123456789abcdef0123456789abcdef`)],
    ),
  ];
}

export function infrastructureCalls(deployed: Deployed, role: Role): Call[] {
  const guide = "Amazon ECS developer guide, Amazon ECS infrastructure IAM role for load balancers";
  const balancers = deployed.all(types.service).flatMap(
    ({ inputs }) =>
      (inputs.loadBalancers ?? []) as {
        targetGroupArn: string;
        advancedConfiguration?: {
          roleArn: string;
          alternateTargetGroupArn: string;
          productionListenerRule: string;
          testListenerRule: string;
        };
      }[],
  );
  const own = balancers.find(
    ({ advancedConfiguration }) => advancedConfiguration?.roleArn === role.arn,
  );
  const settings = own?.advancedConfiguration;
  if (!settings) throw new Error(`no service names ${role.arn}`);
  return [
    ...calls(
      guide,
      ["DescribeListeners", "DescribeRules", "DescribeTargetGroups", "DescribeTargetHealth"].map(
        (action) => `elasticloadbalancing:${action}`,
      ),
    ),
    ...calls(
      guide,
      ["elasticloadbalancing:RegisterTargets", "elasticloadbalancing:DeregisterTargets"],
      [own.targetGroupArn, settings.alternateTargetGroupArn],
    ),
    ...calls(
      guide,
      ["elasticloadbalancing:ModifyRule"],
      [settings.productionListenerRule, settings.testListenerRule],
    ),
  ];
}
