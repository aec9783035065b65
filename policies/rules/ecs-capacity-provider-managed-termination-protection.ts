import { propsOf } from "../graph/inputs";
import { ofType, referred } from "../graph/references";
import { AUTO_SCALING_GROUP, CAPACITY_PROVIDER } from "../graph/tokens";
import { field, isAbsent, isTrue, UNKNOWN } from "../graph/value";
import { securityHub } from "../lib/frameworks";
import { makeRule } from "../lib/rule";

export default makeRule(
  {
    name: "ecs-capacity-provider-managed-termination-protection",
    description: "Capacity providers do not let scaling in end instances that run tasks.",
    level: "advisory",
    severity: "medium",
    framework: securityHub(
      "ECS.19",
      "ECS capacity providers have managed termination protection enabled",
    ),
    remediationSteps:
      "Set managedTerminationProtection and managedScaling.status to ENABLED, and " +
      "protectFromScaleIn: true on the Auto Scaling group.",
    url: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AutoScalingGroupProvider.html",
    types: [CAPACITY_PROVIDER, AUTO_SCALING_GROUP],
  },
  {
    resource({ type, props: { autoScalingGroupProvider, managedInstancesProvider } }, report) {
      // ECS never terminates a managed instance that runs tasks.
      if (type !== CAPACITY_PROVIDER || !isAbsent(managedInstancesProvider)) {
        return;
      }
      for (const path of [["managedTerminationProtection"], ["managedScaling", "status"]]) {
        const value = field(autoScalingGroupProvider, ...path);
        if (value === UNKNOWN) {
          report.unknown(`autoScalingGroupProvider.${path.join(".")}`);
        } else if (value !== "ENABLED") {
          report.fail(`autoScalingGroupProvider.${path.join(".")} is not ENABLED.`);
        }
      }
    },
    stack({ resources }, report) {
      for (const provider of ofType(resources, [CAPACITY_PROVIDER])) {
        const { autoScalingGroupProvider } = propsOf(provider);
        if (field(autoScalingGroupProvider, "managedTerminationProtection") !== "ENABLED") {
          continue;
        }
        const property = "autoScalingGroupProvider";
        for (const group of referred(provider, property, [AUTO_SCALING_GROUP], resources)) {
          const { protectFromScaleIn } = propsOf(group);
          if (protectFromScaleIn === UNKNOWN) {
            report.unknown("protectFromScaleIn", group.urn);
          } else if (!isTrue(protectFromScaleIn)) {
            report.fail(
              `${provider.name} protects instances, but protectFromScaleIn is not true.`,
              group.urn,
            );
          }
        }
      }
    },
  },
);
