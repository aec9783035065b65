import type { Properties } from "../../../resourceType";
import type { ExpressSettings } from "./inputs";
import { MAIN } from "./taskOf";

/** Security group of a load balancer: open to everybody, or to the VPC only. */
export const loadBalancerGroup = (name: string, vpcId: string, from: string): Properties => ({
  name,
  description: "Load balancer of ECS Express Mode services",
  vpcId,
  ingress: [{ protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: [from] }],
  egress: [EVERYWHERE],
});

const EVERYWHERE = { protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] };

/** Security group of the tasks: only the load balancer may reach them. */
export const serviceGroup = (
  name: string,
  vpcId: string,
  port: number,
  loadBalancerGroupId: string,
): Properties => ({
  name,
  description: "Tasks of an ECS Express Mode service",
  vpcId,
  ingress: taskIngress(port, loadBalancerGroupId),
  egress: [EVERYWHERE],
});

export const taskIngress = (port: number, loadBalancerGroupId: string) => [
  { protocol: "tcp", fromPort: port, toPort: port, securityGroups: [loadBalancerGroupId] },
];

/** The HTTPS listener, with the response if no service's rule matches. */
export const listener = (loadBalancerArn: string, certificateArn: string): Properties => ({
  loadBalancerArn,
  port: 443,
  protocol: "HTTPS",
  certificateArn,
  defaultActions: [
    {
      type: "fixed-response",
      fixedResponse: { contentType: "text/plain", messageBody: "Not Found", statusCode: "404" },
    },
  ],
});

/** One of the two target groups that deployments alternate between. */
export const targetGroup = (
  name: string,
  vpcId: string,
  { container, healthCheckPath }: ExpressSettings,
): Properties => ({
  name,
  vpcId,
  port: container.containerPort,
  protocol: "HTTP",
  targetType: "ip",
  healthCheck: healthCheck(healthCheckPath),
});

export const healthCheck = (path: string) => ({
  path,
  matcher: "200",
  healthyThreshold: 5,
  unhealthyThreshold: 2,
  interval: 30,
  timeout: 5,
});

/**
 * Alarm on failed requests in percent, 4xx and 5xx together.
 *
 * Source: Amazon ECS developer guide, "Updating an Amazon ECS Express Mode service": above 1 for two data points within
 * three minutes.
 */
export function rollbackAlarm(
  name: string,
  loadBalancer: string,
  targetGroups: readonly string[],
): Properties {
  const sum = (id: string, metricName: string, TargetGroup: string) => ({
    id,
    metric: {
      namespace: "AWS/ApplicationELB",
      metricName,
      dimensions: { LoadBalancer: loadBalancer, TargetGroup },
      period: 60,
      stat: "Sum",
    },
  });
  const sums = targetGroups.flatMap((group, i) => [
    sum(`client${i}`, "HTTPCode_Target_4XX_Count", group),
    sum(`server${i}`, "HTTPCode_Target_5XX_Count", group),
    sum(`all${i}`, "RequestCount", group),
  ]);
  return {
    name,
    alarmDescription: "Rolls a deployment of an ECS Express Mode service back",
    comparisonOperator: "GreaterThanThreshold",
    threshold: 1,
    evaluationPeriods: 3,
    datapointsToAlarm: 2,
    treatMissingData: "notBreaching",
    metricQueries: [
      {
        id: "failed",
        label: "Requests that fail, in percent",
        expression: "100 * (client0 + server0 + client1 + server1) / (all0 + all1)",
        returnData: true,
      },
      ...sums,
    ],
  };
}

/** The resources that a service's deployment refers to. */
export interface DeploymentParts {
  readonly targetGroupArns: readonly [string, string];
  readonly ruleArn: string;
  readonly roleArn: string;
  readonly alarmName: string;
}

/**
 * The deployment configuration of an Express service: canary deployments.
 *
 * Source: Amazon ECS developer guide, "Updating an Amazon ECS Express Mode service".
 */
export const deployment = (
  { targetGroupArns: [first, alternate], ruleArn, roleArn, alarmName }: DeploymentParts,
  containerPort: number,
): Properties => ({
  deploymentConfiguration: {
    strategy: "CANARY",
    bakeTimeInMinutes: "3",
    canaryConfiguration: { canaryBakeTimeInMinutes: "3", canaryPercent: 5 },
  },
  deploymentCircuitBreaker: { enable: true, rollback: true },
  alarms: { alarmNames: [alarmName], enable: true, rollback: true },
  loadBalancers: [
    {
      containerName: MAIN,
      containerPort,
      targetGroupArn: first,
      advancedConfiguration: {
        alternateTargetGroupArn: alternate,
        productionListenerRule: ruleArn,
        roleArn,
      },
    },
  ],
});

const METRICS = {
  AVERAGE_CPU: "ECSServiceAverageCPUUtilization",
  AVERAGE_MEMORY: "ECSServiceAverageMemoryUtilization",
  REQUEST_COUNT_PER_TARGET: "ALBRequestCountPerTarget",
};

/**
 * The target tracking configuration of the service's scaling.
 * @param resourceLabel of the load balancer and the target group whose requests are counted
 */
export const tracking = (
  { autoScalingMetric, autoScalingTargetValue }: ExpressSettings["scaling"],
  resourceLabel: string,
): Properties => ({
  targetValue: autoScalingTargetValue,
  predefinedMetricSpecification: {
    predefinedMetricType: METRICS[autoScalingMetric],
    ...(autoScalingMetric === "REQUEST_COUNT_PER_TARGET" && { resourceLabel }),
  },
});
