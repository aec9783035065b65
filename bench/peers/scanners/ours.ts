import { rules } from "../../../policies/rules";
import { check, type TestResource } from "../../../tests/policies/harness";
import type { ScannerFinding } from "./finding";

/**
 * What the policy pack reports in a preview, at any level, with its default settings.
 *
 * @param resources As the engine passes them: ids are unknown, dependencies are named.
 */
export async function scanWithOurs(
  resources: readonly TestResource[],
): Promise<readonly ScannerFinding[]> {
  const findings = await check(rules, resources);
  const descriptions = new Map(rules.map(({ name, description }) => [name, description]));
  return findings.map(({ rule, urn }) => ({
    rule,
    resource: urn,
    title: descriptions.get(rule) ?? "",
  }));
}
