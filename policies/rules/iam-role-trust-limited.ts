import { ROLE } from "../graph/tokens";
import { items, toText, UNKNOWN, type Value } from "../graph/value";
import { practice } from "../lib/frameworks";
import { part, statementsOf } from "../lib/policyDocument";
import { allowsEveryone, isLimited } from "../lib/principals";
import { makeRule } from "../lib/rule";

/**
 * Providers of OpenID Connect that all customers of a service share, so that a token is anybody's unless a condition
 * says whose. Sources: the services' pages on OpenID Connect with AWS; IAM user guide, "Secure OpenID Connect
 * identity providers for shared OIDC providers".
 */
const SHARED = {
  GitHub: "token.actions.githubusercontent.com",
  GitLab: "gitlab.com",
  "HCP Terraform": "app.terraform.io",
  Buildkite: "agent.buildkite.com",
} as const;

/** What says whose token it is; the audience is the same for all. */
const OWNER = /:(sub|repository\w*|job_workflow_ref|organization\w*|namespace\w*|project\w*)$/i;

/** Whether a pattern leaves open whose it is: `repo:*`, `repo:*\/site:*`. */
const isAnyOwner = (value: Value): boolean => /^(\w+:)?[^:/]*[*?]/.test(toText(value));

/** The service all of whose customers a statement lets in, if it does. */
function openTo(statement: Value): string | typeof UNKNOWN | undefined {
  if (part(statement, "Effect") !== "Allow") return undefined;
  const federated = items(part(part(statement, "Principal"), "Federated")).map(toText);
  const shared = Object.entries(SHARED).find(([, issuer]) =>
    federated.some((each) => each.endsWith(`/${issuer}`) || each === issuer),
  );
  const limited = shared && isLimited(statement, OWNER, isAnyOwner);
  return limited === false ? shared?.[0] : limited === UNKNOWN ? UNKNOWN : undefined;
}

export default makeRule(
  {
    name: "iam-role-trust-limited",
    description: "Roles can be assumed by those only whom they name.",
    level: "mandatory",
    severity: "critical",
    framework: practice("No role trusts every AWS account, or everybody who builds at GitHub"),
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
        const service = openTo(statement);
        if (accounts === true) {
          report.fail("assumeRolePolicy lets every AWS account assume the role.");
        } else if (typeof service === "string") {
          report.fail(
            `assumeRolePolicy lets every customer of ${service} assume the role.`,
            undefined,
            `Limit the statement by a Condition on ${SHARED[service as keyof typeof SHARED]}:sub that names the owner, such as repo:owner/site:*.`,
          );
        } else if (accounts === UNKNOWN || service === UNKNOWN) {
          report.unknown("Who may assume the role");
        }
      }
    },
  },
);
