import { ROLE } from "../graph/tokens";
import { items, toText, UNKNOWN, type Value } from "../graph/value";
import { practice } from "../lib/frameworks";
import { part, statementsOf } from "../lib/policyDocument";
import { allowsEveryone, isLimited } from "../lib/principals";
import { makeRule } from "../lib/rule";

/** What says which repository it is, of a condition on GitHub's provider, which all repositories share. */
const REPOSITORY = /:(sub|repository\w*|job_workflow_ref)$/i;

/** Whether a statement lets in every repository of GitHub. */
function allowsEveryRepository(statement: Value): boolean | typeof UNKNOWN {
  const federated = items(part(part(statement, "Principal"), "Federated")).map(toText);
  const isGithub = federated.some((each) => each.endsWith("token.actions.githubusercontent.com"));
  if (part(statement, "Effect") !== "Allow" || !isGithub) return false;
  const limited = isLimited(statement, REPOSITORY);
  return limited === UNKNOWN ? UNKNOWN : !limited;
}

export default makeRule(
  {
    name: "iam-role-trust-limited",
    description: "Roles can be assumed by those only whom they name.",
    level: "mandatory",
    severity: "critical",
    framework: practice("No role trusts every AWS account, or every repository of GitHub"),
    tags: ["checkov:CKV_AWS_60"],
    remediationSteps:
      "Name the service or the accounts in Principal, or limit the statement by a Condition, such as on " +
      "aws:PrincipalOrgID, or on the repository (sub) for GitHub.",
    url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-user_externalid.html",
    types: [ROLE],
  },
  {
    resource({ props: { assumeRolePolicy } }, report) {
      for (const statement of statementsOf(assumeRolePolicy) ?? []) {
        const [accounts, repositories] = [allowsEveryone, allowsEveryRepository].map((allows) =>
          allows(statement),
        );
        if (accounts === true) {
          report.fail("assumeRolePolicy lets every AWS account assume the role.");
        } else if (repositories === true) {
          report.fail("assumeRolePolicy lets every repository of GitHub assume the role.");
        } else if (accounts === UNKNOWN || repositories === UNKNOWN) {
          report.unknown("Who may assume the role");
        }
      }
    },
  },
);
