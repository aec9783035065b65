import type { Statement } from "../../../components/shared/iamPolicies";
import { https, lookUpHttps } from "./https";
import { identity } from "./identity";
import { network } from "./network";
import { pipeline } from "./pipeline";
import { arns, may, named, type Scope, tagged } from "./scope";
import { services } from "./services";
import { keepState, readCopies } from "./state";

export type { Scope } from "./scope";

/**
 * What a preview needs: copies of the stacks' states without secrets, and what the program looks up. It changes nothing,
 * not even the state, since a preview takes no lock.
 */
export function previewStatements(scope: Scope): Statement[] {
  return [
    ...readCopies(scope),
    may(
      "ec2",
      // The provider reads a VPC's main route table with it.
      ["DescribeRouteTables", "DescribeSecurityGroups", "DescribeSubnets", "DescribeVpcs"],
      "*",
    ),
    may("ec2", ["DescribeVpcAttribute"], arns(scope, "ec2", "vpc/*"), tagged),
    may("ecs", ["DescribeServices"], named(scope, "ecs", "service/STACK/*")),
    may("ecr", ["ListImages"], named(scope, "ecr", "repository/STACK/*")),
    // The token for building images gives access to no repository by itself.
    may("ecr", ["GetAuthorizationToken"], "*"),
    may("elasticloadbalancing", ["DescribeRules", "DescribeTags"], "*"),
    ...lookUpHttps(scope),
  ];
}

/**
 * What `pulumi up` and `pulumi destroy` of the program's chapters need. Access is limited by the stack's name at the end of
 * a resource's name, or, if the program does not choose the name, by the program's tag.
 *
 * Source: the calls that the provider makes for each type of resource, which `tests/permissions/provider` lists.
 */
export function deployStatements(scope: Scope): Statement[] {
  return [
    ...keepState(scope),
    ...network(scope),
    ...services(scope),
    ...pipeline(scope),
    ...https(scope),
    ...lookUpHttps(scope),
    ...identity(scope),
  ];
}

/** Maximum length of a managed policy in characters (IAM user guide, "IAM and AWS STS quotas"). */
const maxLength = 6_144;

/** Maximum number of managed policies of a role (same page). */
const maxPolicies = 10;

/**
 * Distributes statements, in order, over as few policies as possible.
 *
 * @throws Error if there are more than a role can have.
 */
export function sharePolicies(statements: readonly Statement[]): Statement[][] {
  const policies: Statement[][] = [];
  for (const statement of statements) {
    const last = policies.at(-1);
    if (last && documentLength([...last, statement]) <= maxLength) last.push(statement);
    else policies.push([statement]);
  }
  if (policies.length > maxPolicies || policies.some((one) => documentLength(one) > maxLength)) {
    throw new Error(
      `stacks: what they need does not fit into ${String(maxPolicies)} policies of ${String(maxLength)} characters; name fewer, with * for those of a class`,
    );
  }
  return policies;
}

const documentLength = (Statement: readonly Statement[]) =>
  JSON.stringify({ Version: "2012-10-17", Statement }).length;
