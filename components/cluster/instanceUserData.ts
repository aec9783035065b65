/**
 * The script that an instance runs at its first start, before the ECS agent does: it tells the agent
 * its cluster, keeps tasks from the instance's credentials and settles ENI trunking.
 *
 * Trunking is asked for by the instance's own role, so that it stays a matter of this cluster. Where
 * it is off the agent is told so too: an account that has it on by default would fit more tasks on an
 * instance than this program reckons with.
 *
 * @param clusterName physical name of the cluster.
 * @param eniTrunking whether the instance shall have more network interfaces for tasks.
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
