import { ECR_CREATION_TEMPLATE, ECR_POLICIES } from "../graph/tokens";
import { UNKNOWN } from "../graph/value";
import { checkov } from "../lib/frameworks";
import { statementsOf } from "../lib/policyDocument";
import { allowsEveryone } from "../lib/principals";
import { makeRule } from "../lib/rule";

export default makeRule(
  {
    name: "ecr-policy-not-public",
    description: "ECR repositories are not open to every AWS account.",
    level: "mandatory",
    severity: "critical",
    framework: checkov("CKV_AWS_32", "ECR policy is not set to public"),
    remediationSteps:
      "Name the accounts in Principal, or limit the statement by a Condition on aws:PrincipalOrgID.",
    url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html",
    types: [...ECR_POLICIES, ECR_CREATION_TEMPLATE],
  },
  {
    resource({ props }, report) {
      const policy = props.policy ?? props.repositoryPolicy;
      const statements = statementsOf(policy);
      if (!statements)
        report.fail(
          "The policy is not a JSON document.",
          undefined,
          "Write it with JSON.stringify.",
        );
      for (const statement of statements ?? []) {
        const isOpen = allowsEveryone(statement);
        if (isOpen === UNKNOWN) {
          report.unknown("Whom the policy lets in");
        } else if (isOpen) {
          report.fail("A statement of the policy lets every AWS account in.");
        }
      }
    },
  },
);
