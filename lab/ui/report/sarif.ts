import { createHash } from "node:crypto";

import type { Log, ReportingDescriptor, Result } from "sarif";

import type { OperationReport, PolicyFinding } from "../../engine/operation";
import type { RuleMetadata } from "./ruleMetadata";

/** The file for findings without a source line: every program has it. */
const programFile = "Pulumi.yaml";

/**
 * The findings of an operation as SARIF 2.1.0.
 *
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function sarifReport(report: OperationReport, rules: readonly RuleMetadata[]): Log {
  return {
    version: "2.1.0",
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    runs: [
      {
        tool: {
          driver: {
            name: "ecs-handson",
            semanticVersion: report.policyPacks["ecs-handson"] ?? "0.0.0",
            rules: rules.map(toDescriptor),
          },
        },
        invocations: [
          {
            executionSuccessful: report.errors.length === 0,
            toolExecutionNotifications: report.errors.map((text) => ({
              level: "error" as const,
              message: { text },
            })),
          },
        ],
        results: report.findings.map((finding) => toResult(finding, rules)),
      },
    ],
  };
}

function toDescriptor(rule: RuleMetadata): ReportingDescriptor {
  return {
    id: rule.name,
    shortDescription: { text: rule.description },
    help: { text: rule.remediationSteps },
    helpUri: rule.url,
    defaultConfiguration: { level: rule.level === "mandatory" ? "error" : "warning" },
    properties: { tags: [...(rule.tags ?? [])], severity: rule.severity },
  };
}

function toResult(finding: PolicyFinding, rules: readonly RuleMetadata[]): Result {
  const { policy, level, message, urn, source } = finding;
  const ruleIndex = rules.findIndex(({ name }) => name === policy);
  return {
    ruleId: policy,
    ...(ruleIndex >= 0 ? { ruleIndex } : {}),
    level: level === "mandatory" ? "error" : "warning",
    message: { text: message },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: source?.file ?? programFile, uriBaseId: "%SRCROOT%" },
          region: { startLine: source?.line ?? 1, startColumn: source?.column ?? 1 },
        },
        ...(urn ? { logicalLocations: [{ fullyQualifiedName: urn, kind: "resource" }] } : {}),
      },
    ],
    // The same finding on the same resource is the same alert, even if its line moves.
    partialFingerprints: {
      "ruleAndResource/v1": createHash("sha256")
        .update(`${policy} ${urn ?? ""}`)
        .digest("hex"),
    },
  };
}
