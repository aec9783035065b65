import { z } from "zod";

import type { Immutable } from "./message";

const runtimeName = z.enum(["docker", "nginx", "static"]);

/** Capacity in use, and capacity left. */
const usage = z.object({ used: z.number(), free: z.number() });

const listener = z.object({
  arn: z.string(),
  protocol: z.string(),
  port: z.number(),
  url: z.string().optional(),
  localUrl: z.string().optional(),
  takenPort: z.number().optional(),
  certificateAuthority: z.string().optional(),
  rules: z.array(
    z.object({
      priority: z.union([z.number(), z.literal("default")]),
      conditions: z.string(),
      action: z.string(),
      targetGroups: z.array(z.object({ arn: z.string(), weight: z.number() })),
    }),
  ),
});

const loadBalancer = z.object({
  arn: z.string(),
  name: z.string(),
  dnsName: z.string(),
  url: z.string().optional(),
  listeners: z.array(listener),
});

const target = z.object({
  address: z.string(),
  taskArn: z.string(),
  state: z.enum(["initial", "healthy", "unhealthy", "draining", "unused"]),
  reason: z.string().optional(),
  description: z.string().optional(),
  until: z.string().optional(),
  requests: z.number().optional(),
  isBroken: z.literal(true).optional(),
});

const targetGroup = z.object({
  arn: z.string(),
  name: z.string(),
  targets: z.array(target),
  requestCount: z.number().optional(),
});

const deployment = z.object({
  id: z.string(),
  strategy: z.enum(["ROLLING", "BLUE_GREEN", "LINEAR", "CANARY"]),
  lifecycleStage: z
    .enum([
      "RECONCILE_SERVICE",
      "PRE_SCALE_UP",
      "SCALE_UP",
      "POST_SCALE_UP",
      "TEST_TRAFFIC_SHIFT",
      "POST_TEST_TRAFFIC_SHIFT",
      "PRODUCTION_TRAFFIC_SHIFT",
      "POST_PRODUCTION_TRAFFIC_SHIFT",
      "BAKE_TIME",
      "CLEAN_UP",
    ])
    .optional(),
  trafficWeights: z.array(z.object({ targetGroupArn: z.string(), weight: z.number() })).optional(),
  trafficSteps: z.array(z.number()).optional(),
  until: z.string().optional(),
  createdAt: z.string(),
  updatedAt: z.string(),
  finishedAt: z.string().optional(),
  status: z.enum(["PRIMARY", "ACTIVE", "INACTIVE"]),
  taskDefinition: z.string(),
  rolloutState: z.enum(["IN_PROGRESS", "COMPLETED", "FAILED"]),
  rolloutStateReason: z.string(),
  failedTasks: z.number(),
  runningCount: z.number(),
  pendingCount: z.number(),
});

const taskKind = z.enum([...runtimeName.options, "node", "stand-in"]);

const container = z.object({
  name: z.string(),
  image: z.string(),
  essential: z.boolean(),
  lastStatus: z.enum(["PENDING", "RUNNING", "STOPPED"]),
  healthStatus: z.enum(["HEALTHY", "UNHEALTHY", "UNKNOWN"]).optional(),
  runtime: taskKind.optional(),
  pid: z.number().optional(),
  exitCode: z.number().optional(),
  reason: z.string().optional(),
});

const task = z.object({
  arn: z.string(),
  deploymentId: z.string(),
  taskDefinition: z.string(),
  revision: z.number(),
  lastStatus: z.enum([
    "PROVISIONING",
    "PENDING",
    "ACTIVATING",
    "RUNNING",
    "DEACTIVATING",
    "STOPPING",
    "STOPPED",
  ]),
  until: z.string().optional(),
  availabilityZone: z.string().optional(),
  desiredStatus: z.enum(["RUNNING", "STOPPED"]),
  health: z.enum(["HEALTHY", "UNHEALTHY", "UNKNOWN"]),
  runtime: taskKind,
  launchType: z.enum(["FARGATE", "EC2"]),
  capacityProvider: z.string().optional(),
  instanceId: z.string().optional(),
  address: z.string().optional(),
  pid: z.number().optional(),
  startedAt: z.string().optional(),
  stoppedAt: z.string().optional(),
  stopCode: z
    .enum([
      "TaskFailedToStart",
      "EssentialContainerExited",
      "UserInitiated",
      "ServiceSchedulerInitiated",
      "TerminationNotice",
    ])
    .optional(),
  stoppedReason: z.string().optional(),
  exitCode: z.number().optional(),
  containers: z.array(container),
});

const service = z.object({
  arn: z.string(),
  name: z.string(),
  cluster: z.string(),
  status: z.enum(["ACTIVE", "DRAINING"]),
  schedulingStrategy: z.enum(["REPLICA", "DAEMON"]),
  desiredCount: z.number(),
  runningCount: z.number(),
  pendingCount: z.number(),
  notSteadyBecause: z.string().optional(),
  utilization: z
    .object({ CPUUtilization: z.number().optional(), MemoryUtilization: z.number().optional() })
    .optional(),
  deployments: z.array(deployment),
  tasks: z.array(task),
  events: z.array(z.object({ at: z.string(), message: z.string() })),
});

const instance = z.object({
  id: z.string(),
  containerInstanceId: z.string(),
  autoScalingGroup: z.string().optional(),
  capacityProvider: z.string().optional(),
  cluster: z.string(),
  instanceType: z.string(),
  zone: z.string(),
  status: z.enum(["REGISTERING", "ACTIVE", "DRAINING"]),
  cpu: usage,
  memory: usage,
  interfaces: usage,
  tasks: z.array(z.string()),
});

const schedule = z.object({
  name: z.string(),
  expression: z.string(),
  lastStart: z.string().optional(),
  nextStart: z.string().optional(),
});

/** Everything that runs. */
export const planeSchema = z.object({
  pace: z.enum(["real", "lesson", "fast"]).optional(),
  runtime: runtimeName.optional(),
  loadBalancers: z.array(loadBalancer),
  targetGroups: z.array(targetGroup),
  services: z.array(service),
  instances: z.array(instance),
  tasks: z.array(task.extend({ cluster: z.string(), group: z.string(), startedBy: z.string() })),
  schedules: z.array(schedule),
});

/**
 * Everything that runs, as sent between processes. The parts are documented where they are built, in
 * lab/runtime/controlplane/ecs/status.ts, whose types are interchangeable with these.
 */
export type ServedPlane = Immutable<z.infer<typeof planeSchema>>;
