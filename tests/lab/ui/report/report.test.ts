import assert from "node:assert/strict";

import schema from "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json";
import addFormats from "ajv-formats";
import Ajv from "ajv-draft-04";
import fc from "fast-check";
import type { Log } from "sarif";

import type { OperationReport } from "../../../../lab/engine/operation";
import { formatReport } from "../../../../lab/ui/report/formatReport";
import { refusedPreview } from "./refusedPreview";

// The published schema has a pattern that is valid only without the u flag.
const ajv = new Ajv({ strict: false, unicodeRegExp: false });
addFormats(ajv);
const validate = ajv.compile(schema);

const urn =
  "urn:pulumi:dev::ecs-handson::a:b:C$aws:ecs/taskDefinition:TaskDefinition::fargate-task";

const report = refusedPreview("dev", [
  {
    policy: "ecs-task-definition-nonroot-user",
    level: "advisory",
    urn,
    message: "The container nginx runs as root.",
  },
  {
    policy: "ecs-task-definition-awsvpc-network-mode",
    level: "mandatory",
    urn,
    source: { file: "components/service/taskDefinition.ts", line: 51, column: 10 },
    message: 'networkMode is "bridge" | <b>not</b> awsvpc',
  },
]);

function sarif(changes: Partial<OperationReport> = {}): Log {
  const log = JSON.parse(formatReport({ ...report, ...changes }, "sarif")) as Log;
  assert.ok(validate(log), ajv.errorsText(validate.errors));
  return log;
}

describe("the SARIF report", () => {
  it("has rule, level, resource, file and line of every finding", () => {
    const results = sarif().runs[0]?.results;
    assert.deepEqual(
      results?.map(({ ruleId, level }) => [ruleId, level]),
      [
        ["ecs-task-definition-nonroot-user", "warning"],
        ["ecs-task-definition-awsvpc-network-mode", "error"],
      ],
    );
    const location = results[1]?.locations?.[0];
    assert.equal(
      location?.physicalLocation?.artifactLocation?.uri,
      "components/service/taskDefinition.ts",
    );
    assert.equal(location.physicalLocation.region?.startLine, 51);
    assert.equal(location.logicalLocations?.[0]?.fullyQualifiedName, urn);
  });

  it("describes every rule of the pack with what to do, and refers to the right one", () => {
    const run = sarif().runs[0];
    const rules = run?.tool.driver.rules ?? [];
    assert.ok(rules.length >= 33);
    assert.ok(rules.every(({ help, helpUri }) => help?.text && helpUri));
    for (const { ruleId, ruleIndex } of run?.results ?? []) {
      assert.equal(rules[ruleIndex ?? -1]?.id, ruleId);
    }
  });

  it("has errors of the program as notifications of a run that failed", () => {
    const invocation = sarif({ errors: ["invalid settings"] }).runs[0]?.invocations?.[0];
    assert.equal(invocation?.executionSuccessful, false);
    assert.equal(invocation.toolExecutionNotifications?.[0]?.message.text, "invalid settings");
  });

  it("fits the published schema whatever a message, a URN or a path contains", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.webPath(), (message, anyUrn, file) => {
        const finding = {
          policy: "x",
          pack: "y",
          level: "mandatory" as const,
          message,
          urn: anyUrn,
        };
        sarif({ findings: [{ ...finding, source: { file, line: 1, column: 1 } }] });
      }),
      { numRuns: 30 },
    );
  });
});

describe("the Markdown report", () => {
  const text = formatReport(report, "markdown");

  it("puts refusals before advice, with file, line and remedy", () => {
    assert.match(text, /^## ❌ preview of stack dev\n\nResources: 52 create\./);
    assert.ok(text.indexOf("Refused by policy (1)") < text.indexOf("Advice (1)"));
    assert.match(text, /components\/service\/taskDefinition\.ts:51 .* Set networkMode: "awsvpc"/);
  });

  it("lets no message become markup or break the table", () => {
    assert.match(text, /"bridge" \\\| \\<b\\>not\\<\/b\\> awsvpc/);
  });

  it("says so if there are no findings", () => {
    const nothing = formatReport({ ...report, result: "succeeded", findings: [] }, "markdown");
    assert.match(nothing, /## ✅ .*\n\n.*\n\nThe policies found nothing\.\n$/);
  });
});

describe("the JSON report", () => {
  it("is the operation's report with each rule's remedy", () => {
    const parsed = JSON.parse(formatReport(report, "json")) as {
      findings: { policy: string; remediation: string }[];
    };
    assert.match(parsed.findings[1]?.remediation ?? "", /awsvpc/);
  });
});
