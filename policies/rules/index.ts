import type { Rule } from "../lib/rule";
import awsvpcNetworkMode from "./ecs-task-definition-awsvpc-network-mode";
import executionRoleRequired from "./ecs-task-definition-execution-role-required";
import noUnrestrictedIngress from "./security-group-no-unrestricted-ingress";
import securityGroupVpcOnly from "./ecs-service-security-group-vpc-only";

/** Every rule of the pack, the tutorial's three first. */
export const rules: readonly Rule[] = [
  awsvpcNetworkMode,
  securityGroupVpcOnly,
  executionRoleRequired,
  noUnrestrictedIngress,
];
