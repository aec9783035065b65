import type { Cases } from "./case";
import awsvpc from "./ecs-task-definition-awsvpc-network-mode";
import vpcOnly from "./ecs-service-security-group-vpc-only";
import executionRole from "./ecs-task-definition-execution-role-required";
import noUnrestricted from "./security-group-no-unrestricted-ingress";

/** The examples of every rule. */
export const allCases: readonly Cases[] = [awsvpc, vpcOnly, executionRole, noUnrestricted];
