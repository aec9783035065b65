import type { OperationReport, PolicyFinding } from "../../engine/operation";
import type { RuleMetadata } from "./ruleMetadata";

/** The findings of an operation as Markdown, mandatory ones first, for a comment on a pull request. */
export function markdownReport(report: OperationReport, rules: readonly RuleMetadata[]): string {
  const { operation, stack, result, changes, findings, errors } = report;
  const counts = Object.entries(changes).map(([what, count]) => `${count ?? 0} ${what}`);
  const mandatory = findings.filter(({ level }) => level === "mandatory");
  const advisory = findings.filter(({ level }) => level === "advisory");
  return [
    `## ${result === "succeeded" ? "✅" : "❌"} ${operation} of stack ${text(stack)}`,
    counts.length > 0 ? `Resources: ${counts.join(", ")}.` : "No resource was planned.",
    ...errors.map((error) => `**Error**\n\n${codeBlock(error)}`),
    ...section("Refused by policy", mandatory, rules),
    ...section("Advice", advisory, rules),
    ...(findings.length === 0 && errors.length === 0 ? ["The policies found nothing."] : []),
  ]
    .join("\n\n")
    .concat("\n");
}

function section(
  title: string,
  findings: readonly PolicyFinding[],
  rules: readonly RuleMetadata[],
): string[] {
  if (findings.length === 0) return [];
  const rows = findings.map(({ policy, urn, source, message }) => {
    const rule = rules.find(({ name }) => name === policy);
    const cells = [
      rule ? `[${policy}](${rule.url})` : policy,
      urn ? `\`${urn.split("::").slice(3).join("::")}\`` : "the stack",
      source ? `${source.file}:${source.line}` : "",
      text(message),
      text(rule?.remediationSteps ?? ""),
    ];
    return `| ${cells.join(" | ")} |`;
  });
  const head =
    "| Rule | Resource | Where | What is wrong | What to do |\n| --- | --- | --- | --- | --- |";
  return [`### ${title} (${findings.length})`, `${head}\n${rows.join("\n")}`];
}

/** Escapes text for a table cell. */
function text(value: string): string {
  return value.replace(/[\\`*_[\]<>|]/g, "\\$&").replace(/\s*\n\s*/g, " ");
}

function codeBlock(value: string): string {
  const fence = "`".repeat(
    Math.max(3, ...[...value.matchAll(/`+/g)].map(([run]) => run.length + 1)),
  );
  return `${fence}\n${value}\n${fence}`;
}
