import { fargateSizeProblem } from "../shared/fargateSize";
import { imageProblem } from "../shared/imageSource";
import { retentionProblem } from "../shared/logRetention";
import { baseNameProblem } from "../shared/names";
import { statementProblems } from "../shared/policyStatement";
import { about, rangeProblem } from "../shared/problems";
import { policyArnProblems } from "../task/taskProblems";
import { variableProblems } from "../task/taskSecrets";
import { mostTasks } from "./serviceAutoscaling";
import type { ExpressSettings } from "./expressArgs";

/**
 * What is wrong with the arguments of an Express service, a sentence for each fault.
 *
 * Source: terraform-provider-aws, website/docs/r/ecs_express_gateway_service.html.markdown, for the largest sizes; Amazon
 * ECS API reference, "AwsVpcConfiguration", for the groups, one of which is ECS's own.
 */
export function expressProblems(settings: ExpressSettings): (string | undefined)[] {
  const { name, containerPort, healthCheckPath, command, cpu, memory } = settings;
  const { environment, secrets, securityGroupIds, taskPolicies, taskPolicyArns } = settings;
  return [
    about("name", baseNameProblem(name)),
    rangeProblem("containerPort", containerPort, 1, 65_535),
    healthCheckPath.startsWith("/")
      ? undefined
      : `healthCheckPath "${healthCheckPath}" must start with /`,
    command?.length === 0 ? "command is empty; leave it out for the image's own" : undefined,
    fargateSizeProblem(cpu, memory) ??
      (cpu > 4096 || memory > 8192
        ? `cpu ${cpu}, memory ${memory}: Express services have at most 4096 CPU units and 8192 MiB`
        : undefined),
    ...scalingProblems(settings.scaling),
    imageProblem("image", settings.image),
    about("logRetentionDays", retentionProblem(settings.logRetentionDays)),
    ...variableProblems(environment, secrets),
    securityGroupIds.length > 4
      ? `securityGroupIds has ${securityGroupIds.length}; at most 4 are possible in addition to the one that ECS creates`
      : undefined,
    ...statementProblems("taskPolicies", taskPolicies),
    ...policyArnProblems(taskPolicyArns),
  ];
}

function scalingProblems({
  minCount,
  maxCount,
  ...metrics
}: ExpressSettings["scaling"]): (string | undefined)[] {
  const { cpu, memory, requestsPerTarget } = metrics;
  const given = Object.entries({ cpu, memory, requestsPerTarget }).filter(
    ([, value]) => value !== undefined,
  );
  return [
    rangeProblem("scaling.maxCount", maxCount, 1, mostTasks) ??
      rangeProblem("scaling.minCount", minCount, 0, maxCount),
    given.length > 1
      ? `scaling: an Express service can follow only one of ${given.map(([key]) => key).join(", ")}; leave the others out`
      : undefined,
    ...given.map(([key, value]) =>
      rangeProblem(
        `scaling.${key}`,
        value ?? 0,
        1,
        key === "requestsPerTarget" ? 2_147_483_647 : 100,
      ),
    ),
  ];
}
