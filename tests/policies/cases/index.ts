import type { Cases } from "./case";
import codebuildLogging from "./codebuild-logging";
import codebuildPrivilegedAllowlist from "./codebuild-privileged-allowlist";
import codepipelineArtifactsEncrypted from "./codepipeline-artifacts-encrypted";
import codepipelineNoOauthTokenSource from "./codepipeline-no-oauth-token-source";
import ecrImmutableTags from "./ecr-immutable-tags";
import ecrScanOnPush from "./ecr-scan-on-push";
import ecsCapacityProviderManagedTerminationProtection from "./ecs-capacity-provider-managed-termination-protection";
import ecsClusterContainerInsights from "./ecs-cluster-container-insights";
import ecsServiceNoPublicIp from "./ecs-service-no-public-ip";
import ecsServiceSecurityGroupRequired from "./ecs-service-security-group-required";
import ecsServiceSecurityGroupVpcOnly from "./ecs-service-security-group-vpc-only";
import ecsTaskDefinitionAwsvpcNetworkMode from "./ecs-task-definition-awsvpc-network-mode";
import ecsTaskDefinitionDistinctRoles from "./ecs-task-definition-distinct-roles";
import ecsTaskDefinitionEfsTransitEncryption from "./ecs-task-definition-efs-transit-encryption";
import ecsTaskDefinitionExecutionRoleRequired from "./ecs-task-definition-execution-role-required";
import ecsTaskDefinitionImagePinned from "./ecs-task-definition-image-pinned";
import ecsTaskDefinitionLogging from "./ecs-task-definition-logging";
import ecsTaskDefinitionNoHostNamespace from "./ecs-task-definition-no-host-namespace";
import ecsTaskDefinitionNoPlaintextSecrets from "./ecs-task-definition-no-plaintext-secrets";
import ecsTaskDefinitionNoPrivileged from "./ecs-task-definition-no-privileged";
import ecsTaskDefinitionNonrootUser from "./ecs-task-definition-nonroot-user";
import ecsTaskDefinitionReadonlyRoot from "./ecs-task-definition-readonly-root";
import iamNoWildcardAdmin from "./iam-no-wildcard-admin";
import launchTemplateImdsv2 from "./launch-template-imdsv2";
import listenerHttps from "./listener-https";
import loadBalancerAccessLogs from "./load-balancer-access-logs";
import loadBalancerDeletionProtection from "./load-balancer-deletion-protection";
import loadBalancerDropInvalidHeaders from "./load-balancer-drop-invalid-headers";
import loadBalancerSecurityGroupAllowedPorts from "./load-balancer-security-group-allowed-ports";
import logGroupRetention from "./log-group-retention";
import pipelineServiceIgnoresTaskDefinition from "./pipeline-service-ignores-task-definition";
import requiredTags from "./required-tags";
import securityGroupNoUnrestrictedIngress from "./security-group-no-unrestricted-ingress";
import stackWithinBudget from "./stack-within-budget";

/** The examples of every rule, in the pack's order; the rule on exemptions has a test of its own. */
export const allCases: readonly Cases[] = [
  ecsTaskDefinitionAwsvpcNetworkMode,
  ecsServiceSecurityGroupVpcOnly,
  ecsTaskDefinitionExecutionRoleRequired,
  ecsTaskDefinitionDistinctRoles,
  ecsServiceSecurityGroupRequired,
  loadBalancerSecurityGroupAllowedPorts,
  securityGroupNoUnrestrictedIngress,
  ecsServiceNoPublicIp,
  ecsTaskDefinitionNoPrivileged,
  ecsTaskDefinitionNoHostNamespace,
  ecsTaskDefinitionNoPlaintextSecrets,
  ecsTaskDefinitionLogging,
  ecsTaskDefinitionNonrootUser,
  ecsTaskDefinitionReadonlyRoot,
  ecsTaskDefinitionImagePinned,
  ecsTaskDefinitionEfsTransitEncryption,
  ecsClusterContainerInsights,
  ecsCapacityProviderManagedTerminationProtection,
  launchTemplateImdsv2,
  loadBalancerDropInvalidHeaders,
  listenerHttps,
  loadBalancerAccessLogs,
  loadBalancerDeletionProtection,
  ecrScanOnPush,
  ecrImmutableTags,
  codebuildPrivilegedAllowlist,
  codebuildLogging,
  codepipelineArtifactsEncrypted,
  codepipelineNoOauthTokenSource,
  pipelineServiceIgnoresTaskDefinition,
  logGroupRetention,
  iamNoWildcardAdmin,
  requiredTags,
  stackWithinBudget,
];
