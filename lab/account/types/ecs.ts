import type { ecs } from "@pulumi/aws";
import { z } from "zod";

import { AwsError } from "../errors";
import type { ResourceRecord } from "../record";
import { resourceType, type AccountContext } from "../resourceType";
import {
  checkStrategy,
  CLUSTER_CAPACITY_PROVIDERS,
  isFargateStrategy,
  strategy,
  strategyOf,
  type Strategy,
} from "./ecsCapacity";
import {
  clientException,
  CLUSTER,
  ecsName,
  invalidParameter,
  mustHaveCluster,
  SERVICE,
  servicesOf,
} from "./ecsCluster";
import {
  containerProblems,
  containersMeaning,
  parseContainers,
  type Container,
} from "./ecsContainers";
import {
  advancedConfiguration,
  checkDeploymentStrategy,
  completeDeployment,
  deploymentConfiguration,
  deploymentController,
} from "./ecsDeployment";
import {
  checkServiceConnect,
  checkServiceConnectDefaults,
  serviceConnectConfiguration,
  serviceConnectDefaults,
} from "./ecsServiceConnect";
import { balancersOf } from "./elasticloadbalancingv2";
import { arn, inputsOf, tags, text, unsupported } from "./shared";

const TASK_DEFINITION = "aws:ecs/taskDefinition:TaskDefinition";
const TARGET_GROUP = "aws:lb/targetGroup:TargetGroup";

const cluster = resourceType({
  token: CLUSTER,
  inputs: inputsOf<ecs.ClusterArgs>()({
    configuration: z
      .strictObject({
        executeCommandConfiguration: z
          .strictObject({
            kmsKeyId: text,
            logConfiguration: z
              .strictObject({
                cloudWatchEncryptionEnabled: z.boolean().optional(),
                cloudWatchLogGroupName: text,
                s3BucketEncryptionEnabled: z.boolean().optional(),
                s3BucketName: text,
                s3KeyPrefix: text,
              })
              .optional(),
            logging: z.enum(["NONE", "DEFAULT", "OVERRIDE"]).default("DEFAULT"),
          })
          .optional(),
        managedStorageConfiguration: z
          .strictObject({ fargateEphemeralStorageKmsKeyId: text, kmsKeyId: text })
          .optional(),
      })
      .optional(),
    name: ecsName.optional(),
    region: text,
    serviceConnectDefaults: serviceConnectDefaults.optional(),
    settings: z
      .array(
        z.strictObject({
          name: z.literal("containerInsights"),
          value: z.enum(["enabled", "enhanced", "disabled"]),
        }),
      )
      .max(1)
      .optional(),
    tags,
  }),
  autoNameMaxLength: 255,
  immutable: ["name", "region"],
  computed: ["arn", "name", "settings"],
  validate(context, { name, serviceConnectDefaults: defaults }, before) {
    checkServiceConnectDefaults(context, defaults);
    const clash = context
      .list(CLUSTER)
      .find(
        ({ id, outputs }) =>
          outputs.name === name && outputs.region === context.region && id !== before?.id,
      );
    if (clash) {
      // CreateCluster would hand out the existing cluster, and two stacks would share it unknowingly.
      throw new AwsError(
        "InvalidParameterException",
        `A cluster named '${String(name)}' exists already (${clash.urn}); AWS would let both ` +
          "stacks use it, and the first destroy would take it from the other",
      );
    }
  },
  create(context, { name = "" }) {
    const clusterArn = context.arn("ecs", `cluster/${name}`);
    return {
      id: clusterArn,
      outputs: {
        arn: clusterArn,
        name,
        settings: [{ name: "containerInsights", value: "disabled" }],
      },
    };
  },
  beforeDelete(context, record) {
    if (servicesOf(context, record).length > 0) {
      throw new AwsError(
        "ClusterContainsServicesException",
        "The Cluster cannot be deleted while Services are active.",
      );
    }
  },
  owned: (context, record) =>
    context
      .list(CLUSTER_CAPACITY_PROVIDERS)
      .filter(({ outputs }) => outputs.clusterName === record.outputs.name),
});

/**
 * Memory sizes in MiB that Fargate offers for a number of CPU units (Amazon ECS Developer Guide,
 * "Task CPU and memory").
 */
function fargateMemory(cpu: number): readonly number[] {
  const steps = (first: number, last: number, step: number) =>
    Array.from({ length: (last - first) / step + 1 }, (_, i) => (first + i * step) * 1024);
  switch (cpu) {
    case 256:
      return [512, 1024, 2048];
    case 512:
      return steps(1, 4, 1);
    case 1024:
      return steps(2, 8, 1);
    case 2048:
      return steps(4, 16, 1);
    case 4096:
      return steps(8, 30, 1);
    case 8192:
      return steps(16, 60, 4);
    case 16384:
      return steps(32, 120, 8);
    default:
      return [];
  }
}

/** CPU units of `256`, `.25 vCPU` or `1 vcpu`. */
function cpuUnits(value: string): number {
  const vcpu = /^(\d*\.?\d+)\s*vcpu$/i.exec(value)?.[1];
  return vcpu === undefined ? Number(value) : Number(vcpu) * 1024;
}

/** MiB of `512`, `0.5GB` or `1 GB`. */
function memoryMib(value: string): number {
  const gigabytes = /^(\d*\.?\d+)\s*gb$/i.exec(value)?.[1];
  return gigabytes === undefined ? Number(value) : Number(gigabytes) * 1024;
}

/** An EFS file system as a volume; whether it exists shows when a task starts (API: "EFSVolumeConfiguration"). */
const efsVolume = z.strictObject({
  authorizationConfig: z
    .strictObject({ accessPointId: text, iam: z.enum(["ENABLED", "DISABLED"]).optional() })
    .optional(),
  fileSystemId: z.string().regex(/^fs-[0-9a-f]{8,40}$/, "is not the id of a file system"),
  rootDirectory: z.string().default("/"),
  transitEncryption: z.enum(["ENABLED", "DISABLED"]).optional(),
  transitEncryptionPort: z.int().min(0).max(65_535).optional(),
});

const taskDefinitionInputs = inputsOf<ecs.TaskDefinitionArgs>()({
  containerDefinitions: z.string().superRefine((json, context) => {
    for (const message of containerProblems(json)) context.addIssue({ code: "custom", message });
  }),
  cpu: text,
  enableFaultInjection: z.boolean().optional(),
  ephemeralStorage: z.strictObject({ sizeInGib: z.int().min(21).max(200) }).optional(),
  executionRoleArn: arn.optional(),
  family: ecsName,
  ipcMode: z.enum(["host", "none", "task"]).optional(),
  memory: text,
  networkMode: z.enum(["awsvpc", "bridge", "host", "none"]).optional(),
  pidMode: z.enum(["host", "task"]).optional(),
  placementConstraints: z
    .array(z.strictObject({ expression: text, type: z.literal("memberOf") }))
    .max(10)
    .optional(),
  proxyConfiguration: unsupported,
  region: text,
  requiresCompatibilities: z
    .array(z.enum(["EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES"]))
    .optional(),
  runtimePlatform: z
    .strictObject({
      cpuArchitecture: z.enum(["X86_64", "ARM64"]).optional(),
      operatingSystemFamily: z
        .enum([
          "LINUX",
          "WINDOWS_SERVER_2019_CORE",
          "WINDOWS_SERVER_2019_FULL",
          "WINDOWS_SERVER_2022_CORE",
          "WINDOWS_SERVER_2022_FULL",
        ])
        .optional(),
    })
    .optional(),
  skipDestroy: z.boolean().default(false),
  tags,
  taskRoleArn: arn.optional(),
  trackLatest: z.boolean().default(false),
  volumes: z
    .array(
      z.strictObject({
        configureAtLaunch: z.boolean().optional(),
        dockerVolumeConfiguration: unsupported,
        efsVolumeConfiguration: efsVolume.optional(),
        fsxWindowsFileServerVolumeConfiguration: unsupported,
        hostPath: text,
        name: z.string(),
        s3filesVolumeConfiguration: unsupported,
      }),
    )
    .optional(),
});

type TaskDefinitionInputs = z.output<typeof taskDefinitionInputs>;

const taskDefinition = resourceType({
  token: TASK_DEFINITION,
  inputs: taskDefinitionInputs,
  immutable: [
    "containerDefinitions",
    "cpu",
    "enableFaultInjection",
    "ephemeralStorage",
    "executionRoleArn",
    "family",
    "ipcMode",
    "memory",
    "networkMode",
    "pidMode",
    "placementConstraints",
    "proxyConfiguration",
    "region",
    "requiresCompatibilities",
    "runtimePlatform",
    "taskRoleArn",
    "volumes",
  ],
  sets: ["placementConstraints", "requiresCompatibilities", "volumes"],
  meaning: { containerDefinitions: containersMeaning },
  computed: ["arn", "arnWithoutRevision", "enableFaultInjection", "networkMode", "revision"],
  validate(_context, inputs) {
    const containers = parseContainers(inputs.containerDefinitions);
    checkContainers(inputs, containers);
    checkVolumes(inputs);
    checkTaskCpu(inputs);
    if (inputs.requiresCompatibilities?.includes("FARGATE")) checkFargate(inputs, containers);
  },
  create(context, { family }) {
    const withoutRevision = context.arn("ecs", `task-definition/${family}`);
    // Revisions of a family are never used twice, not even after the family was deleted.
    const revision = context.count(`task definition ${withoutRevision}`);
    return {
      id: `${withoutRevision}:${revision}`,
      outputs: {
        arn: `${withoutRevision}:${revision}`,
        arnWithoutRevision: withoutRevision,
        enableFaultInjection: false,
        networkMode: "bridge",
        revision,
      },
    };
  },
  owned: revisionsOfNobody,
});

/**
 * Revisions that a pipeline registered, when the last one goes that a stack declares. On AWS they
 * stay, free of charge, until somebody deregisters them.
 */
function revisionsOfNobody(context: AccountContext, record: ResourceRecord): ResourceRecord[] {
  const others = context
    .list(TASK_DEFINITION)
    .filter(({ id, outputs }) => id !== record.id && outputs.family === record.outputs.family);
  return others.some(({ urn }) => urn.startsWith("urn:pulumi:")) ? [] : others;
}

/** What RegisterTaskDefinition checks for every launch type. */
function checkContainers(inputs: TaskDefinitionInputs, containers: readonly Container[]): void {
  const names = containers.map(({ name }) => name);
  const repeated = names.find((name, i) => names.indexOf(name) !== i);
  if (repeated !== undefined) {
    throw clientException(`Container.name '${repeated}' is used more than once.`);
  }
  if (!containers.some(({ essential = true }) => essential)) {
    throw clientException("Task definition must have at least one essential container.");
  }
  const volumes = new Set(inputs.volumes?.map(({ name }) => name));
  for (const container of containers) {
    const { dependsOn = [], links = [], mountPoints = [], name, portMappings = [] } = container;
    const { memory, memoryReservation, secrets = [] } = container;
    if (inputs.memory === undefined && (memory ?? memoryReservation) === undefined) {
      throw clientException(
        `Invalid setting for container '${name}'. At least one of 'memory' or ` +
          "'memoryReservation' must be specified.",
      );
    }
    const stranger = dependsOn.find(({ containerName }) => !names.includes(containerName));
    if (stranger) {
      throw clientException(
        `Container '${name}' depends on container '${stranger.containerName}', which does not exist.`,
      );
    }
    const noVolume = mountPoints.find(({ sourceVolume }) => !volumes.has(sourceVolume ?? ""));
    if (noVolume) throw clientException(`Unknown volume '${noVolume.sourceVolume ?? ""}'.`);
    if (secrets.length > 0 && inputs.executionRoleArn === undefined) {
      throw clientException(
        "When you are specifying container secrets, you must also specify a value for " +
          "'executionRoleArn'.",
      );
    }
    const variables = container.environment?.map((variable) => variable.name) ?? [];
    const twice = secrets.find((secret, i) =>
      [...variables, ...secrets.slice(0, i).map((one) => one.name)].includes(secret.name),
    );
    if (twice) {
      throw clientException(
        "The secret name must be unique and not shared with any new or existing environment " +
          `variables set on the container, such as '${twice.name}'.`,
      );
    }
    const { networkMode = "bridge" } = inputs;
    if (
      ["awsvpc", "host"].includes(networkMode) &&
      portMappings.some((port) => (port.hostPort ?? port.containerPort) !== port.containerPort)
    ) {
      throw clientException(
        `When networkMode=${networkMode}, the host ports and container ports in port mappings must match.`,
      );
    }
    if (networkMode === "none" && portMappings.length > 0) {
      throw clientException("Port mappings are not supported when networkMode=none.");
    }
    if (networkMode !== "bridge" && links.length > 0) {
      throw clientException(`Links are not supported when networkMode=${networkMode}.`);
    }
    if (memory !== undefined && memoryReservation !== undefined && memoryReservation > memory) {
      throw clientException(
        `Invalid setting for container '${name}'. 'memoryReservation' must be less than 'memory'.`,
      );
    }
  }
}

function checkVolumes({ volumes = [] }: TaskDefinitionInputs): void {
  for (const { efsVolumeConfiguration: efs, hostPath, name } of volumes) {
    if (efs === undefined) continue;
    if (hostPath !== undefined) {
      throw clientException(`Only one volume configuration may be given for volume '${name}'.`);
    }
    const { accessPointId, iam } = efs.authorizationConfig ?? {};
    const isAuthorized = accessPointId !== undefined || iam === "ENABLED";
    if (isAuthorized && efs.transitEncryption !== "ENABLED") {
      throw clientException(
        `Transit encryption must be enabled for volume '${name}' if IAM authorization or an access ` +
          "point is used.",
      );
    }
    if (accessPointId !== undefined && efs.rootDirectory !== "/") {
      throw clientException(
        `The root directory of volume '${name}' must be omitted or / when an access point is used.`,
      );
    }
  }
}

/** Amazon ECS API Reference, "RegisterTaskDefinition": from an eighth of a vCPU to 192. */
function checkTaskCpu({ cpu }: TaskDefinitionInputs): void {
  if (cpu === undefined) return;
  const units = cpuUnits(cpu);
  if (!(units >= 128 && units <= 196_608)) {
    throw clientException(
      `Invalid 'cpu' setting for task: ${cpu}. It must be 128 to 196608 CPU units.`,
    );
  }
}

/** What RegisterTaskDefinition checks when FARGATE is among the required compatibilities. */
function checkFargate(inputs: TaskDefinitionInputs, containers: readonly Container[]): void {
  const { cpu, executionRoleArn, memory, networkMode } = inputs;
  if (networkMode !== "awsvpc") {
    throw clientException("Fargate only supports network mode 'awsvpc'.");
  }
  for (const [key, value] of Object.entries({ cpu, memory })) {
    if (value === undefined) {
      throw clientException(`Fargate requires that '${key}' be defined at the task level.`);
    }
  }
  if (inputs.pidMode === "host" || inputs.ipcMode !== undefined) {
    throw clientException("Fargate does not support pidMode 'host' and ipcMode.");
  }
  if (inputs.placementConstraints !== undefined && inputs.placementConstraints.length > 0) {
    throw clientException("Fargate does not support placement constraints.");
  }
  if (inputs.volumes?.some(({ hostPath }) => hostPath !== undefined) === true) {
    throw clientException("host.sourcePath should not be set for volumes in Fargate.");
  }
  const units = cpuUnits(cpu ?? "");
  const mib = memoryMib(memory ?? "");
  if (!fargateMemory(units).includes(mib)) {
    throw clientException(
      `No Fargate configuration exists for given values: ${units} CPU, ${mib} memory. ` +
        "See the Amazon ECS documentation for the valid values.",
    );
  }
  for (const { image, logConfiguration, name, privileged } of containers) {
    if (privileged === true) {
      throw clientException(`Fargate does not support privileged containers ('${name}').`);
    }
    const driver = logConfiguration?.logDriver;
    if (driver !== undefined && !["awslogs", "splunk", "awsfirelens"].includes(driver)) {
      throw clientException(`Fargate does not support the log driver '${driver}'.`);
    }
    if (driver === "awslogs") checkAwslogs(logConfiguration?.options ?? {});
    if (executionRoleArn !== undefined) continue;
    if (driver === "awslogs") {
      throw clientException(
        "Fargate requires task definition to have execution role ARN to support log driver awslogs.",
      );
    }
    if (/^\d{12}\.dkr\.ecr\./.test(image)) {
      throw clientException(
        "Fargate requires task definition to have execution role ARN to support ECR images.",
      );
    }
  }
  const used = containers.reduce((sum, { cpu: own = 0 }) => sum + own, 0);
  if (used > units) {
    throw clientException(
      `The sum of the containers' cpu (${used}) is above the task's (${units}).`,
    );
  }
}

function checkAwslogs(options: Readonly<Record<string, string>>): void {
  const required = ["awslogs-group", "awslogs-region", "awslogs-stream-prefix"];
  const missing = required.filter((key) => options[key] === undefined);
  if (missing.length > 0) {
    throw clientException(`Log driver awslogs requires options: ${missing.join(", ")}`);
  }
}

/** A task definition by ARN, `family:revision`, or `family` for its latest revision. */
function findTaskDefinition(
  context: AccountContext,
  reference: string,
): ResourceRecord | undefined {
  const all = context.list(TASK_DEFINITION);
  const exact = all.find(
    ({ id }) => id === reference || id.endsWith(`task-definition/${reference}`),
  );
  return exact ?? all.filter(({ outputs }) => outputs.family === reference).at(-1);
}

const percent = z.int().min(0);

/** Amazon ECS API Reference, "PlacementStrategy": which fields each type knows. */
function placementProblem(type: string, field: string | undefined): string | undefined {
  switch (type) {
    case "random":
      return field === undefined ? undefined : "random takes no field";
    case "binpack":
      return field === "cpu" || field === "memory"
        ? undefined
        : "binpack needs field cpu or memory";
    default:
      return field !== undefined && /^(instanceId|host|attribute:.+)$/.test(field)
        ? undefined
        : "spread needs field instanceId, host or attribute:<name>";
  }
}

const serviceInputs = inputsOf<ecs.ServiceArgs>()({
  alarms: z
    .strictObject({
      alarmNames: z.array(z.string()).min(1),
      enable: z.boolean(),
      rollback: z.boolean(),
    })
    .optional(),
  availabilityZoneRebalancing: z.enum(["ENABLED", "DISABLED"]).optional(),
  capacityProviderStrategies: strategy.optional(),
  cluster: text,
  deploymentCircuitBreaker: z
    .strictObject({ enable: z.boolean(), rollback: z.boolean() })
    .optional(),
  deploymentConfiguration,
  deploymentController,
  deploymentMaximumPercent: percent.default(200),
  deploymentMinimumHealthyPercent: percent.default(100),
  desiredCount: z.int().min(0).optional(),
  enableEcsManagedTags: z.boolean().default(false),
  enableExecuteCommand: z.boolean().default(false),
  forceDelete: z.boolean().optional(),
  forceNewDeployment: z.boolean().optional(),
  healthCheckGracePeriodSeconds: z.int().min(0).max(2_147_483_647).optional(),
  iamRole: text,
  launchType: z.enum(["EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES"]).optional(),
  loadBalancers: z
    .array(
      z.strictObject({
        advancedConfiguration,
        containerName: z.string(),
        containerPort: z.int().min(0).max(65_535),
        elbName: unsupported,
        targetGroupArn: arn,
      }),
    )
    .optional(),
  name: ecsName.optional(),
  networkConfiguration: z
    .strictObject({
      assignPublicIp: z.boolean().default(false),
      securityGroups: z.array(z.string()).max(5).optional(),
      subnets: z.array(z.string()).min(1).max(16),
    })
    .optional(),
  orderedPlacementStrategies: z
    .array(
      z
        .strictObject({ field: text, type: z.enum(["random", "spread", "binpack"]) })
        .superRefine(({ field, type }, context) => {
          const message = placementProblem(type, field);
          if (message !== undefined) context.addIssue({ code: "custom", message });
        }),
    )
    .max(5)
    .optional(),
  placementConstraints: z
    .array(
      z
        .strictObject({ expression: text, type: z.enum(["distinctInstance", "memberOf"]) })
        .refine(
          ({ expression, type }) => (type === "memberOf") === (expression !== undefined),
          "has an expression with memberOf and none with distinctInstance",
        ),
    )
    .max(10)
    .optional(),
  platformVersion: text,
  propagateTags: z.enum(["SERVICE", "TASK_DEFINITION", "NONE"]).optional(),
  region: text,
  schedulingStrategy: z.enum(["REPLICA", "DAEMON"]).default("REPLICA"),
  serviceConnectConfiguration: serviceConnectConfiguration.optional(),
  serviceRegistries: unsupported,
  sigintRollback: z.boolean().optional(),
  tags,
  taskDefinition: text,
  triggers: z.record(z.string(), z.string()).optional(),
  volumeConfiguration: unsupported,
  vpcLatticeConfigurations: unsupported,
  waitForSteadyState: z.boolean().default(false),
});

type ServiceInputs = z.output<typeof serviceInputs>;

const service = resourceType({
  token: SERVICE,
  inputs: serviceInputs,
  autoNameMaxLength: 255,
  immutable: [
    "cluster",
    "deploymentController",
    "iamRole",
    "launchType",
    "name",
    "region",
    "schedulingStrategy",
  ],
  immutableWhen(olds, news) {
    // The provider changes a strategy in place only as a new deployment, and never from or to none.
    const had = olds.capacityProviderStrategies !== undefined;
    const has = news.capacityProviderStrategies !== undefined;
    const isInPlace = news.forceNewDeployment === true && had && has;
    return isInPlace ? [] : ["capacityProviderStrategies"];
  },
  sets: ["capacityProviderStrategies", "loadBalancers", "placementConstraints"],
  computed: [
    "arn",
    "availabilityZoneRebalancing",
    "cluster",
    "deploymentConfiguration",
    "desiredCount",
    "iamRole",
    "launchType",
    "name",
    "platformVersion",
    "triggers",
  ],
  validate(context, inputs, before) {
    const owner = mustHaveCluster(context, inputs.cluster ?? "default");
    const clash = servicesOf(context, owner).find(
      ({ id, outputs }) => outputs.name === inputs.name && id !== before?.id,
    );
    if (clash) throw invalidParameter("Creation of service was not idempotent.");
    if (inputs.taskDefinition === undefined) {
      throw invalidParameter("TaskDefinition cannot be blank.");
    }
    const definition = findTaskDefinition(context, inputs.taskDefinition);
    if (!definition) throw clientException("Unable to describe task definition.");
    const items = strategyOf(context, owner, inputs);
    const isFargate = inputs.launchType === "FARGATE" || isFargateStrategy(items);
    checkLaunch(context, inputs, owner, definition, isFargate);
    checkPlacement(inputs, items, isFargate);
    checkNetwork(context, inputs, definition, isFargate);
    checkLoadBalancers(context, inputs, definition);
    checkServiceConnect(context, inputs.serviceConnectConfiguration, {
      cluster: owner,
      definition,
      before,
    });
    checkDeployment(inputs, definition);
    checkDeploymentStrategy(context, inputs);
  },
  create(context, inputs) {
    const owner = mustHaveCluster(context, inputs.cluster ?? "default");
    const name = inputs.name ?? "";
    const serviceArn = context.arn("ecs", `service/${String(owner.outputs.name)}/${name}`);
    const items = strategyOf(context, owner, inputs);
    return {
      id: serviceArn,
      outputs: {
        arn: serviceArn,
        availabilityZoneRebalancing:
          inputs.schedulingStrategy === "REPLICA" ? "ENABLED" : "DISABLED",
        cluster: owner.id,
        deploymentConfiguration: completeDeployment(inputs),
        desiredCount: 0,
        iamRole: `/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS`,
        launchType: items.length === 0 ? "EC2" : "",
        name,
        platformVersion:
          inputs.launchType === "FARGATE" || isFargateStrategy(items) ? "LATEST" : "",
        triggers: {},
      },
    };
  },
  complete: (inputs) => ({ deploymentConfiguration: completeDeployment(inputs) }),
  drain: ({ inputs, outputs }) =>
    inputs.schedulingStrategy === "REPLICA" && Number(outputs.desiredCount) > 0
      ? { desiredCount: 0 }
      : undefined,
});

/** Where the tasks run: a launch type or capacity providers, and a task definition made for it. */
function checkLaunch(
  context: AccountContext,
  inputs: ServiceInputs,
  owner: ResourceRecord,
  definition: ResourceRecord,
  isFargate: boolean,
): void {
  const { capacityProviderStrategies: items, launchType } = inputs;
  if (items !== undefined && items.length > 0) {
    if (launchType !== undefined) {
      throw invalidParameter(
        "Specifying both a launch type and capacity provider strategy is not supported. " +
          "Remove one and try again.",
      );
    }
    const association = context.get(CLUSTER_CAPACITY_PROVIDERS, String(owner.outputs.name));
    checkStrategy(items, (association?.outputs.capacityProviders ?? []) as string[]);
  }
  const compatibilities = (definition.inputs.requiresCompatibilities ?? []) as string[];
  if (isFargate && !compatibilities.includes("FARGATE")) {
    throw invalidParameter("Task definition does not support launch_type FARGATE.");
  }
  if (!isFargate && inputs.platformVersion !== undefined) {
    throw invalidParameter("The platform version must be null when specifying an EC2 launch type.");
  }
}

/** What goes with the way tasks are spread over instances. */
function checkPlacement(inputs: ServiceInputs, items: Strategy, isFargate: boolean): void {
  const { orderedPlacementStrategies = [], placementConstraints = [] } = inputs;
  if (isFargate && orderedPlacementStrategies.length + placementConstraints.length > 0) {
    throw invalidParameter(
      "Placement strategies and placement constraints are not supported with the FARGATE launch type.",
    );
  }
  if (inputs.schedulingStrategy !== "DAEMON") return;
  if (inputs.launchType === "FARGATE") {
    throw invalidParameter("The daemon scheduling strategy is not supported for Fargate tasks.");
  }
  if (items.length > 0) {
    throw invalidParameter(
      "Specifying a capacity provider strategy is not supported when you create a service using " +
        "the DAEMON scheduling strategy.",
    );
  }
  if (orderedPlacementStrategies.length > 0) {
    throw invalidParameter(
      "The daemon scheduling strategy does not support placement strategies. Remove the placement " +
        "strategy and try again",
    );
  }
  if (placementConstraints.some(({ type }) => type === "distinctInstance")) {
    throw invalidParameter(
      "The daemon scheduling strategy does not support the distinctInstance placement constraint.",
    );
  }
}

function checkNetwork(
  context: AccountContext,
  inputs: ServiceInputs,
  definition: ResourceRecord,
  isFargate: boolean,
): void {
  const { networkConfiguration: network } = inputs;
  const isAwsvpc = definition.outputs.networkMode === "awsvpc";
  if (isAwsvpc && network === undefined) {
    throw invalidParameter(
      "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
    );
  }
  if (network === undefined) return;
  if (!isAwsvpc) {
    throw invalidParameter(
      "Network Configuration is not valid for the given networkMode of this task definition.",
    );
  }
  if (network.assignPublicIp && !isFargate) {
    throw invalidParameter("Assign public IP is not supported for this launch type.");
  }
  const vpcIds = new Set<unknown>();
  for (const id of network.subnets) {
    const subnet = context.get("aws:ec2/subnet:Subnet", id);
    if (!subnet) {
      throw invalidParameter(
        `Error retrieving subnet information for [${id}]: The subnet ID '${id}' does not exist ` +
          "(ErrorCode: InvalidSubnetID.NotFound)",
      );
    }
    vpcIds.add(subnet.outputs.vpcId);
  }
  if (vpcIds.size > 1) throw invalidParameter("Subnets must all be in the same VPC.");
  for (const id of network.securityGroups ?? []) {
    const vpcId = vpcOfSecurityGroup(context, id);
    if (vpcId === undefined) {
      throw invalidParameter(
        `Error retrieving security group information for [${id}]: The security group '${id}' ` +
          "does not exist (ErrorCode: InvalidGroup.NotFound)",
      );
    }
    if (!vpcIds.has(vpcId)) {
      throw invalidParameter(`Security group ${id} is not in the same VPC as the subnets.`);
    }
  }
}

function vpcOfSecurityGroup(context: AccountContext, id: string): unknown {
  return (
    context.get("aws:ec2/securityGroup:SecurityGroup", id)?.outputs.vpcId ??
    context.list("aws:ec2/vpc:Vpc").find(({ outputs }) => outputs.defaultSecurityGroupId === id)?.id
  );
}

function checkLoadBalancers(
  context: AccountContext,
  inputs: ServiceInputs,
  definition: ResourceRecord,
): void {
  const { loadBalancers = [] } = inputs;
  if (loadBalancers.length === 0) {
    if ((inputs.healthCheckGracePeriodSeconds ?? 0) > 0) {
      throw invalidParameter(
        "Health check grace period is only valid for services configured to use load balancers",
      );
    }
    return;
  }
  const containers = parseContainers(String(definition.inputs.containerDefinitions));
  for (const { containerName, containerPort, targetGroupArn } of loadBalancers) {
    const container = containers.find(({ name }) => name === containerName);
    if (!container) {
      throw invalidParameter(
        `The container ${containerName} does not exist in the task definition.`,
      );
    }
    if (!container.portMappings?.some((port) => port.containerPort === containerPort)) {
      throw invalidParameter(
        `The container ${containerName} did not have a container port ${containerPort} defined.`,
      );
    }
    const group = context.get(TARGET_GROUP, targetGroupArn);
    if (!group) throw invalidParameter(`The target group ${targetGroupArn} does not exist.`);
    if (definition.outputs.networkMode === "awsvpc" && group.outputs.targetType !== "ip") {
      throw invalidParameter(
        `The provided target group ${targetGroupArn} has target type ` +
          `${String(group.outputs.targetType)}, which is incompatible with the awsvpc network mode ` +
          "specified in the task definition.",
      );
    }
    if (definition.outputs.networkMode !== "awsvpc" && group.outputs.targetType === "ip") {
      throw invalidParameter(
        `The provided target group ${targetGroupArn} has target type ip, which is incompatible with ` +
          `the ${String(definition.outputs.networkMode)} network mode specified in the task definition.`,
      );
    }
    if (balancersOf(context, targetGroupArn).length === 0) {
      throw invalidParameter(
        `The target group with targetGroupArn ${targetGroupArn} does not have an associated ` +
          "load balancer.",
      );
    }
  }
}

function checkDeployment(inputs: ServiceInputs, definition: ResourceRecord): void {
  const { deploymentMaximumPercent: most, deploymentMinimumHealthyPercent: least } = inputs;
  if (inputs.schedulingStrategy === "REPLICA" && most === 100 && least === 100) {
    throw invalidParameter(
      "Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.",
    );
  }
  if (inputs.schedulingStrategy === "DAEMON" && inputs.desiredCount !== undefined) {
    throw invalidParameter("The daemon scheduling strategy does not support a desired count.");
  }
  if (inputs.enableExecuteCommand && definition.inputs.taskRoleArn === undefined) {
    throw invalidParameter(
      "The service couldn't be created because a valid taskRoleArn is not being used. " +
        "Specify a valid task role in your task definition and try again.",
    );
  }
}

export const ecsTypes = [cluster, taskDefinition, service];
