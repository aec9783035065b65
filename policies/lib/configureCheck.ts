import type { EnforcementLevel } from "@pulumi/policy";
import {
  type ConfigureAnalyzerRequest,
  EnforcementLevel as ProtocolLevel,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { atConfigure } from "./atConfigure";
import { configProblems, type RuleConfig } from "./packConfig";
import type { Rule } from "./rule";

const LEVELS: Readonly<Record<ProtocolLevel, EnforcementLevel>> = {
  [ProtocolLevel.ADVISORY]: "advisory",
  [ProtocolLevel.MANDATORY]: "mandatory",
  [ProtocolLevel.DISABLED]: "disabled",
  [ProtocolLevel.REMEDIATE]: "remediate",
};

function configOf(request: ConfigureAnalyzerRequest): ReadonlyMap<string, RuleConfig> {
  const config = new Map<string, RuleConfig>();
  request.getPolicyconfigMap().forEach((policy, name) => {
    const settings = policy.getProperties()?.toJavaScript() ?? {};
    config.set(name, { level: LEVELS[policy.getEnforcementlevel()], settings });
  });
  return config;
}

/**
 * Makes the pack refuse a wrong configuration before any rule runs. A rule cannot do that: it sees its
 * own settings only, and none at all once it is disabled.
 */
export function refuseWrongConfig(rules: readonly Rule[]): void {
  atConfigure((request) => {
    const problems = configProblems(rules, configOf(request));
    if (problems.length === 0) return;
    // An error thrown here would lose its message on the way; one thrown while the server reads the
    // request is passed on, with the text of its stack.
    const error = new Error(["the policy configuration is wrong:", ...problems].join("\n  - "));
    error.stack = error.message;
    request.getPolicyconfigMap = () => {
      throw error;
    };
  });
}
