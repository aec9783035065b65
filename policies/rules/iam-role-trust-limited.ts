import { ROLE } from "../graph/tokens";
import { UNKNOWN } from "../graph/value";
import { practice } from "../lib/frameworks";
import { issuerOpenIn } from "../lib/issuers";
import { statementsOf } from "../lib/policyDocument";
import { allowsEveryone } from "../lib/principals";
import { makeRule } from "../lib/rule";

export default makeRule(
  {
    name: "iam-role-trust-limited",
    description: "Roles can only be assumed by the principals that they name.",
    level: "mandatory",
    severity: "critical",
    framework: practice("No role trusts every AWS account, or every GitHub workflow"),
    tags: ["checkov:CKV_AWS_60"],
    remediationSteps:
      "Name the service or the accounts in Principal, or limit the statement by a Condition on aws:PrincipalOrgID " +
      "or sts:ExternalId.",
    url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-user_externalid.html",
    types: [ROLE],
  },
  {
    resource({ props: { assumeRolePolicy } }, report) {
      for (const statement of statementsOf(assumeRolePolicy) ?? []) {
        const accounts = allowsEveryone(statement);
        const issuer = issuerOpenIn(statement);
        if (accounts === true) {
          report.fail("assumeRolePolicy lets every AWS account assume the role.");
        } else if (typeof issuer === "object") {
          report.fail(
            `assumeRolePolicy lets ${issuer.everybody} assume the role.`,
            undefined,
            `Limit the statement by a Condition on ${issuer.step}.`,
          );
        } else if (accounts === UNKNOWN || issuer === UNKNOWN) {
          report.unknown("Who may assume the role");
        }
      }
    },
  },
);
