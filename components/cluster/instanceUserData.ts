/**
 * The script that an instance runs at its first start, before the ECS agent does: it configures the agent's cluster,
 * blocks tasks from the instance's credentials and sets ENI trunking.
 *
 * The instance's own role opts in to trunking, so that only this cluster is affected. If trunking is off, the agent is
 * also configured so: in an account that has it on by default, more tasks would fit on an instance than this program
 * expects.
 *
 * @param clusterName physical name of the cluster.
 * @param eniTrunking whether the instance gets more network interfaces for tasks.
 *
 * Source: Amazon ECS developer guide, "Amazon ECS container agent configuration" and "Increasing
 * Amazon ECS Linux container instance network interfaces".
 */
export function instanceUserData(clusterName: string, eniTrunking: boolean): string {
  const optIn = [
    "dnf install -y awscli-2",
    "aws ecs put-account-setting --name awsvpcTrunking --value enabled",
  ];
  return [
    "#!/bin/bash",
    "set -euo pipefail",
    "cat >> /etc/ecs/ecs.config <<'END'",
    `ECS_CLUSTER=${clusterName}`,
    "ECS_AWSVPC_BLOCK_IMDS=true",
    `ECS_ENABLE_HIGH_DENSITY_ENI=${String(eniTrunking)}`,
    "END",
    ...(eniTrunking ? optIn : []),
    "",
  ].join("\n");
}
